using System.Numerics;
using GspMl.Onnx.Models;
using GspMl.Onnx.Weights;
using GspMl.Projection;

namespace GspMl.Onnx.Pruning;

/// <summary>Puts a layer's new values into the form in which the model stores them, and tells what has become of them there.</summary>
/// <typeparam name="T">float or double.</typeparam>
internal sealed class StoredValues<T>(OnnxModel model, ModelEdits edits, GspProjector<T> projector)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Sets the values of a layer.</summary>
    /// <returns>The sparsity as stored; before rounding, where the format rounds; and whether the array is kept, so that it must not be
    /// changed.</returns>
    public (LayerSparsity After, LayerSparsity Exact, bool IsKept) Set(LayerWeights<T> layer)
    {
        StoredRange.Fit(model, layer);
        var weight = layer.Layer.Weight;
        var exact = Measure(layer);
        var isKept = edits.Set(weight.Location, WeightCodec<T>.Encode(model.Elements, weight, layer.Values));
        return (Rounds(weight) ? Measure(Stored(layer)) : exact, exact, isKept);
    }

    /// <summary>The sparsity of a layer's values.</summary>
    /// <exception cref="OnnxModelException">A value is not finite; the message names file, node and tensor.</exception>
    public LayerSparsity Measure(LayerWeights<T> layer)
    {
        try { return layer.Measure(projector); }
        catch (ArgumentException e)
        {
            var weight = layer.Layer.Weight;
            throw new OnnxModelException($"{model.Path}, node '{weight.Node}', tensor '{weight.Name}': {e.Message}", e);
        }
    }

    private static bool Rounds(PrunableWeight weight) => weight.ElementType is not (TensorElementType.Float32 or TensorElementType.Float64);

    private LayerWeights<T> Stored(LayerWeights<T> layer)
        => new(layer.Layer, layer.Vectors, WeightCodec<T>.Decode(model.With(edits).Elements, layer.Layer.Weight));
}
