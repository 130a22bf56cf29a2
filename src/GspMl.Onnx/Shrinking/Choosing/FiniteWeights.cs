using GspMl.Onnx.Streaming;

namespace GspMl.Onnx.Shrinking.Choosing;

/// <summary>Whether weights are numbers: a norm that is NaN compares with nothing.</summary>
internal static class FiniteWeights
{
    /// <summary>Looks at the weights of layers that put out or read channels of some sets. O(weights), piece by piece.</summary>
    /// <exception cref="OnnxModelException">One holds NaN or infinity; the message names file, node, tensor and element.</exception>
    public static void Check(OnnxModel model, IReadOnlyList<FoundSet> sets)
    {
        foreach (var weight in sets.SelectMany(set => set.Layers.Concat(set.Readers)).Select(layer => layer.Weight)
            .OfType<PrunableWeight>().Distinct())
        {
            using var pieces = new WeightPieces<double>(model, weight);
            for (var piece = 0; piece < pieces.Count; piece++)
                if (pieces.Visit(piece, FirstBad) is (var element, var value))
                    throw new OnnxModelException($"{model.Path}, node '{weight.Node}', tensor '{weight.Name}': element {element} is "
                        + $"{value}");
        }
    }

    private static (long Element, double Value)? FirstBad(ReadOnlySpan<double> values, ReadOnlySpan<byte> stored, long first)
    {
        for (var i = 0; i < values.Length; i++)
            if (!double.IsFinite(values[i])) return (first + i, values[i]);
        return null;
    }
}
