using GspMl.Onnx.Models;
using GspMl.Onnx.Shrinking.Following;

namespace GspMl.Onnx.Shrinking.Choosing;

/// <summary>Counts a model's multiply-accumulates, parameters and bytes without some of its channels.</summary>
internal sealed class ModelCost(OnnxModel model, ChannelFlow flow, int rows)
{
    private readonly Lazy<ExtentProducts> macs = new(()
        => new(flow.Labels, [.. flow.Products.Select(product => new FollowedProduct(product.Constant / rows, product.Axes))]));
    private readonly Lazy<ExtentProducts> parameters = new(() => Stored(model, flow, _ => 1));
    private readonly Lazy<ExtentProducts> bytes
        = new(() => Stored(model, flow, tensor => ElementFormat.SizeOf(tensor.ElementType)));

    /// <summary>The count of a measure; of time, which is none, that of multiply-accumulates.</summary>
    public ExtentProducts Of(ShrinkMeasure measure) => measure switch
    {
        ShrinkMeasure.Parameters => parameters.Value,
        ShrinkMeasure.Bytes => bytes.Value,
        _ => macs.Value,
    };

    /// <summary>Multiply-accumulates of the products of the main graph for one row.</summary>
    public double Macs(IReadOnlySet<int> removed) => macs.Value.Without(removed);

    /// <summary>Numbers in stored floating-point and byte tensors.</summary>
    public double Parameters(IReadOnlySet<int> removed) => parameters.Value.Without(removed);

    /// <summary>Whether a fraction is gone without some channels.</summary>
    public bool IsGone(ShrinkMeasure measure, double fraction, IReadOnlySet<int> removed)
    {
        var count = Of(measure);
        // Counts are whole numbers: half of one is rounding.
        return count.Without(removed) <= ((1 - fraction) * count.All) + (0.5 / rows);
    }

    private static ExtentProducts Stored(OnnxModel model, ChannelFlow flow, Func<TensorLocation, double> each)
        => new(flow.Labels, [.. model.Tensors.Where(tensor => ElementFormat.SizeOf(tensor.ElementType) > 0)
            .Select(tensor => Elements(tensor, flow.Stored.GetValueOrDefault(tensor), each(tensor)))]);

    private static FollowedProduct Elements(TensorLocation tensor, FollowedTensor? followed, double each)
    {
        if (followed is null) return new(each * tensor.Count, []);
        var held = followed.Shape.Where((_, k) => followed.Axes[k] is null).Aggregate(1.0, (product, extent) => product * extent);
        return new(each * held, [.. followed.Axes.OfType<int[]>()]);
    }
}
