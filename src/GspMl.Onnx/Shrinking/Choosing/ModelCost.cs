using GspMl.Onnx.Models;
using GspMl.Onnx.Shrinking.Following;

namespace GspMl.Onnx.Shrinking.Choosing;

/// <summary>Counts a model's multiply-accumulates and parameters without some of its channels.</summary>
internal sealed class ModelCost(OnnxModel model, ChannelFlow flow, int rows)
{
    private readonly double elsewhere = model.Tensors.Where(tensor => IsParameter(tensor) && !flow.Stored.ContainsKey(tensor))
        .Sum(tensor => (double)tensor.Count);

    /// <summary>Multiply-accumulates of Conv, ConvTranspose, Gemm and MatMul of the main graph for one row.</summary>
    public double Macs(IReadOnlySet<int> removed)
        => flow.Products.Sum(product => product.Axes.Aggregate(product.Constant, (macs, axis) => macs * Left(axis, removed))) / rows;

    /// <summary>Numbers in stored floating-point and byte tensors.</summary>
    public double Parameters(IReadOnlySet<int> removed) => elsewhere + flow.Stored.Where(tensor => IsParameter(tensor.Key)).Sum(tensor
        => tensor.Value.Axes.Select((axis, k) => axis is null ? tensor.Value.Shape[k] : Left(axis, removed))
            .Aggregate(1.0, (product, extent) => product * extent));

    private int Left(int[] axis, IReadOnlySet<int> removed)
        => removed.Count == 0 ? axis.Length : axis.Count(label => !removed.Contains(flow.Labels.Find(label)));

    private static bool IsParameter(TensorLocation tensor) => ElementFormat.SizeOf(tensor.ElementType) > 0;
}
