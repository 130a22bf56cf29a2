using System.Numerics;
using GspMl.Projection;

namespace GspMl.Onnx.Streaming;

/// <summary>
/// Finds the multiplier that leaves a number of zeros in several layers, and no more than a part of each. A sample gives a
/// band of each layer in which its threshold must lie; one pass counts what lies about the bands and keeps what lies in
/// them, and the rest is exact. Should the sample mislead, wider bands are taken.
/// </summary>
internal sealed class ZerosSearch<T>(ModelPass<T> pass, IReadOnlyList<StreamedLayer> layers)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // In standard deviations of a count that is estimated from the sample.
    private const double Certainty = 5;

    // Bands of 5, 20, 80 and 320 deviations: what a sample is then still wrong about is not chance.
    private const int MostWidenings = 4;

    /// <summary>Finds it.</summary>
    /// <param name="fraction">Zeros in all layers together, as a fraction of their entries.</param>
    public StreamedDecision Find(double fraction)
    {
        var wanted = (long)Math.Ceiling(fraction * layers.Sum(layer => layer.Count) * (1 - 1e-15));
        var present = layers.Sum(layer => layer.Count - layer.Sums.Count);
        if (present >= wanted) return StreamedDecision.Unchanged(layers);
        var most = layers.Sum(layer => Math.Min(layer.MostZeros, layer.Count - layer.Kept.Length));
        var reached = Math.Min(wanted, most);
        // Where every entry that is left has to stay there is nothing to look for.
        var decision = reached <= present ? StreamedDecision.Unchanged(layers) : Search(reached);
        return decision with { Ending = reached < wanted ? ProjectionEnding.Unreachable : ProjectionEnding.Met };
    }

    /// <summary>
    /// Ends: bands from zero to infinity hold every threshold, since more zeros are wanted than there are and no more than there can be.
    /// </summary>
    private StreamedDecision Search(long wanted)
    {
        var deviations = Certainty;
        for (var attempt = 0; attempt < MostWidenings; attempt++, deviations *= 4)
        {
            var bands = new SampledBands(layers, wanted, deviations);
            var found = Look(bands);
            if (found.Holds(bands, wanted)) return found.Select(wanted);
        }
        return Look(SampledBands.Whole(layers)).Select(wanted);
    }

    private BandSelection Look(SampledBands bands)
        => new(layers,
            [.. pass.Over<BandContent>(i => (values, _, _) => bands.Of[i].Scan(values))
            .Select((parts, i) => BandContent.Total(bands.Of[i], parts))]);
}
