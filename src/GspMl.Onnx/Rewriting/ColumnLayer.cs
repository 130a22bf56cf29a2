using GspMl.Onnx.Calibration;
using GspMl.Onnx.Operators;
using GspMl.Onnx.Patterns;
using GspMl.Onnx.Proto;

namespace GspMl.Onnx.Rewriting;

/// <summary>A layer that can be written as column sets, with what is needed for it.</summary>
/// <param name="Weight">Its weight.</param>
/// <param name="Node">Its node.</param>
/// <param name="Sets">The channels that its blocks read.</param>
/// <param name="Values">Filters × inputs.</param>
/// <param name="Bias">The bias, one entry for each filter; null where there is none.</param>
/// <param name="Folded">The Add whose constant the bias is, which the layer takes over; null for the layer's own.</param>
internal sealed record ColumnLayer(PrunableWeight Weight, NodeProto Node, ColumnSets Sets, double[] Values, float[]? Bias,
    NodeProto? Folded)
{
    // Smaller blocks gather more than they save.
    public const int LeastBlock = 8;

    public bool IsConvolution => Weight.Use.Operator.Product!.Kind == ProductKind.Convolution;

    public string Input => Node.Input[0];

    /// <summary>What the layer puts out, the bias added.</summary>
    public string Output => (Folded ?? Node).Output[0];

    /// <summary>The layer of a weight, or the reason why it is written as it is.</summary>
    public static (ColumnLayer? Layer, string? Reason) Of(OnnxModel model, WorkingModel working, PrunableWeight weight)
    {
        if (weight.ElementType != TensorElementType.Float32) return (null, $"it is stored as {weight.ElementType}");
        if (working.Graph.Input.Any(input => input.Name == weight.Name)) return (null, "it is an input of the model, too");
        if (LinearLayer.Of(working, weight) is not { Layer: { } layer } found) return (null, LinearLayer.Of(working, weight).Reason);
        if (layer.Groups > 1) return (null, "its convolution is grouped");
        if (!IsPlain(layer.Node)) return (null, "its operands are scaled or transposed");
        var values = layer.ReadWeights();
        var sets = ColumnSets.Of(values, LayerShape.Of(weight.View), LeastBlock);
        if (sets.Kept >= sets.Shape.Channels) return (null, "no block of filters has channels of zeros alone");
        if (layer.IsConvolution) return (Convolution(working, layer, values, sets), null);
        var (bias, folded, obstacle) = BiasOf(working, layer);
        return obstacle is null ? (new(weight, layer.Node, sets, values, bias, folded), null) : (null, obstacle);
    }

    /// <summary>Filters change places only together with their biases.</summary>
    private static ColumnLayer Convolution(WorkingModel working, LinearLayer layer, double[] values, ColumnSets sets)
    {
        var operand = layer.Product.Bias!.Value;
        var name = layer.Node.Input.Count > operand ? layer.Node.Input[operand] : "";
        var bias = name.Length == 0 ? null : ConstantVector.Of(working, name, layer.Filters);
        return new(layer.Weight, layer.Node, name.Length == 0 || bias is not null ? sets
            : ColumnSets.InOrder(values, sets.Shape, LeastBlock), values, bias, null);
    }

    /// <summary>The same with more channels a block.</summary>
    public ColumnLayer Widened(int kept) => this with { Sets = Sets.Widened(kept) };

    /// <summary>Gemm may scale and transpose.</summary>
    private static bool IsPlain(NodeProto node) => node.Attribute.All(attribute => attribute.Name switch
    {
        "alpha" or "beta" => attribute.F == 1,
        "transA" => attribute.I == 0,
        _ => true,
    });

    private static (float[]? Bias, NodeProto? Folded, string? Obstacle) BiasOf(WorkingModel working, LinearLayer layer)
    {
        var node = layer.Node;
        if (layer.Product.Bias is { } own)
        {
            if (node.Input.Count <= own || node.Input[own].Length == 0) return (null, null, null);
            return ConstantVector.Of(working, node.Input[own], layer.Filters) is { } bias ? (bias, null, null)
                : (null, null, "its bias is no vector of one number a filter");
        }
        if (working.Outputs.Contains(node.Output[0]) || working.Readers(node.Output[0]).ToList() is not [var reader]) return default;
        var next = working.Nodes[reader];
        if (OperatorTable.Of(next) is not { Elementwise: ElementwiseKind.Sum }) return default;
        var other = next.Input[next.Input[0] == node.Output[0] ? 1 : 0];
        return ConstantVector.Of(working, other, layer.Filters) is { } added ? (added, next, null) : default;
    }
}
