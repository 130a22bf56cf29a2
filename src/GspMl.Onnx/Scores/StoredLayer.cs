using GspMl.Onnx.Models;
using GspMl.Onnx.Weights;

namespace GspMl.Onnx.Scores;

/// <summary>A layer of which only the stored weight is known.</summary>
internal sealed class StoredLayer : LayerContext
{
    private readonly double[] values;

    /// <exception cref="OnnxModelException">The weight cannot be read.</exception>
    public StoredLayer(ElementReader elements, PrunableWeight weight) : base(weight)
        => values = ToFilters(WeightCodec<double>.Decode(elements, weight));

    public override ReadOnlySpan<double> Values => values;
}
