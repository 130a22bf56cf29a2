using GspMl.Collections;
using GspMl.Onnx.Models;

namespace GspMl.Onnx;

/// <summary>
/// A constant operand of Conv, ConvTranspose, Gemm, MatMul, LSTM, GRU or RNN, or of ONNX Runtime's FusedConv, FusedGemm or FusedMatMul,
/// that can be pruned. Compared by identity.
/// </summary>
public sealed class PrunableWeight
{
    internal PrunableWeight(TensorLocation tensor, Weights.WeightUse use, IReadOnlyList<string> nodes)
        => (Location, Use, Nodes) = (tensor, use, nodes);

    /// <summary>
    /// What reports and patterns call it: the initializer's name, or the output of its Constant node; inside a subgraph or function with
    /// the path before it. Unique in the model.
    /// </summary>
    public string Name => Location.Name;

    /// <summary>The first node that reads it.</summary>
    public string Node => Use.Node;

    /// <summary>The operator of that node.</summary>
    public string Operator => Use.Operator.Name;

    /// <summary>All nodes that read it; it is pruned once for all of them.</summary>
    public IReadOnlyList<string> Nodes { get; }

    /// <summary>The shape as stored.</summary>
    public IReadOnlyList<long> Shape => Location.Shape;

    /// <summary>The number of elements.</summary>
    public long Count => Location.Count;

    /// <summary>The stored number type.</summary>
    public TensorElementType ElementType => Location.ElementType;

    /// <summary>Where the values lie.</summary>
    public TensorStorage Storage => Location.Storage;

    internal TensorLocation Location { get; }

    internal Weights.WeightUse Use { get; }

    internal Weights.WeightView View => Use.View;

    /// <inheritdoc/>
    public override string ToString() => $"{Name} [{string.Join('×', Shape)}] of {Operator} '{Node}'";
}

/// <summary>A tensor that is left alone.</summary>
/// <param name="Name">Its name, as in <see cref="PrunableWeight.Name"/>.</param>
/// <param name="ElementType">Its number type, by ONNX's numbers.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Reason">Why it is left alone.</param>
public sealed record SkippedTensor(string Name, TensorElementType ElementType, IReadOnlyList<long> Shape, string Reason)
{
    /// <summary>Its shape.</summary>
    public IReadOnlyList<long> Shape { get; init => field = ContentList.Of(value); } = ContentList.Of(Shape);
}
