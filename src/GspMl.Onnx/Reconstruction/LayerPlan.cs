using GspMl.Onnx.Calibration;
using GspMl.Onnx.Models;

namespace GspMl.Onnx.Reconstruction;

/// <summary>What a layer is to become.</summary>
/// <param name="Layer">The layer, of the model that is pruned.</param>
/// <param name="Keep">Weights it keeps.</param>
/// <param name="Supports">Which ones, for each filter; null where the saliencies decide.</param>
internal sealed record LayerPlan(LinearLayer Layer, long Keep, IReadOnlyList<int[]>? Supports)
{
    /// <summary>As many weights, whichever they are.</summary>
    public static LayerPlan ByCount(LinearLayer layer, long keep) => new(layer, keep, null);

    /// <summary>The very weights that edits of the model left.</summary>
    public static LayerPlan BySupport(LinearLayer layer, long keep, ModelEdits edits)
    {
        var values = edits.TryGet(layer.Weight.Location, out var bytes) ? Decode(layer.Weight.ElementType, bytes.Span)
            : WorkingModel.Values(layer.Tensor);
        var filters = layer.ToFilters(values);
        return new(layer, keep,
            [.. Enumerable.Range(0, layer.Filters)
            .Select(r => Enumerable.Range(0, layer.Inputs).Where(j => filters[(r * layer.Inputs) + j] != 0).ToArray())]);
    }

    private static double[] Decode(TensorElementType type, ReadOnlySpan<byte> bytes)
    {
        var values = new double[bytes.Length / ElementFormat.SizeOf(type)];
        ElementFormat.Decode(type, bytes, values.AsSpan());
        return values;
    }
}
