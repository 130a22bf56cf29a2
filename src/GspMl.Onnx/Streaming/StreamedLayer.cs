using System.Numerics;
using GspMl.Onnx.Pruning;

namespace GspMl.Onnx.Streaming;

/// <summary>What one pass over a layer tells of it.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Sums">Sums over the entries that are not zero.</param>
/// <param name="Sample">Some of the magnitudes.</param>
internal sealed record StreamedLayer(SelectedLayer Layer, MagnitudeSums Sums, double[] Sample)
{
    // Enough for a bracket of about 1 % of the weights.
    private const long SampleSize = 1 << 18;
    private const long LeastOfLayer = 1 << 12;

    // Under it a sum of 2⁵³ squares may have lost digits to subnormal numbers: 2⁻¹⁰²² · 2⁵³.
    private const double LeastSquares = 1e-290;

    /// <summary>The threshold on the layer's magnitudes is the group's multiplier times this.</summary>
    public double Unit { get; init; } = 1;

    /// <summary>The most zeros that the layer may have.</summary>
    public long MostZeros { get; init; } = long.MaxValue;

    /// <summary>Magnitudes that stay whatever the threshold: the last entry of each vector. Sorted.</summary>
    public double[] Kept { get; init; } = [];

    public PrunableWeight Weight => Layer.Weight;

    public long Count => Weight.Count;

    /// <summary>The part of the layer that the sample is.</summary>
    public double Share => (double)Sample.Length / Count;

    /// <summary>The Hoyer sparsity of the layer as one vector, as it is.</summary>
    public LayerSparsity AsVector => new(Weight, Count - Sums.Count,
        Count < 2 ? double.NaN : Math.Clamp(Sums.Hoyer(Count, 0).Sparsity, 0, 1));

    /// <summary>Reads all layers once.</summary>
    /// <exception cref="OnnxModelException">An entry is not finite, or the squares of double weights are not; the message names file, node,
    /// tensor and element.</exception>
    public static IReadOnlyList<StreamedLayer> Survey<T>(OnnxModel model, ModelPass<T> pass, IReadOnlyList<SelectedLayer> layers)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var total = layers.Sum(layer => layer.Weight.Count);
        var found = pass.Over<(MagnitudeSums Sums, double[] Sample)>(i =>
        {
            var weight = layers[i].Weight;
            var stratum = Math.Max(1, Math.Min(total / SampleSize, weight.Count / LeastOfLayer));
            return (values, _, first) => (Finite(model, weight, values, first), MagnitudeSample.Of(values, first, stratum));
        });
        return [.. layers.Zip(found, (layer, parts)
            => new StreamedLayer(layer, Squarable(model, layer.Weight, MagnitudeSums.Total(parts.Select(part => part.Sums))),
            [.. parts.SelectMany(part => part.Sample)]))];
    }

    /// <summary>
    /// Squares of float weights always are in the range of double, with all their digits; those of double weights need not be.
    /// </summary>
    private static MagnitudeSums Squarable(OnnxModel model, PrunableWeight weight, MagnitudeSums sums)
        => sums.Count == 0 || (double.IsFinite(sums.Squares) && sums.Squares >= LeastSquares) ? sums
            : throw new OnnxModelException($"{model.Path}, node '{weight.Node}', tensor '{weight.Name}': its weights are about "
                + $"{sums.Sum / sums.Count:G3}, and the sum of their squares leaves the range of double; scale the layer.");

    private static MagnitudeSums Finite<T>(OnnxModel model, PrunableWeight weight, ReadOnlySpan<T> values, long first)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var sums = MagnitudeBand.At(0).Scan(values).Above;
        if (double.IsFinite(sums.Squares)) return sums;
        for (var i = 0; i < values.Length; i++)
            if (!T.IsFinite(values[i]))
                throw new OnnxModelException($"{model.Path}, node '{weight.Node}', tensor '{weight.Name}': element {first + i} is "
                    + $"{values[i]}");
        return sums;
    }
}
