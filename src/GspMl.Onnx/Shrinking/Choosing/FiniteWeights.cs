using GspMl.Onnx.Weights;

namespace GspMl.Onnx.Shrinking.Choosing;

/// <summary>Whether weights are numbers: a norm that is NaN compares with nothing.</summary>
internal static class FiniteWeights
{
    /// <summary>Looks at the weights of layers that put out or read channels of some sets. O(weights).</summary>
    /// <exception cref="OnnxModelException">One holds NaN or infinity; the message names file, node, tensor and element.</exception>
    public static void Check(OnnxModel model, IReadOnlyList<FoundSet> sets)
    {
        foreach (var weight in sets.SelectMany(set => set.Layers.Concat(set.Readers)).Select(layer => layer.Weight)
            .OfType<PrunableWeight>().Distinct())
        {
            var values = WeightCodec<double>.Decode(model.Elements, weight);
            if (Array.FindIndex(values, value => !double.IsFinite(value)) is >= 0 and var bad)
                throw new OnnxModelException($"{model.Path}, node '{weight.Node}', tensor '{weight.Name}': element {bad} is "
                    + $"{values[bad]}");
        }
    }
}
