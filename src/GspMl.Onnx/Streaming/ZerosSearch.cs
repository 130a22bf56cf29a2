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

    /// <summary>Finds it.</summary>
    /// <param name="fraction">Zeros in all layers together, as a fraction of their entries.</param>
    public StreamedDecision Find(double fraction)
    {
        var wanted = (long)Math.Ceiling(fraction * layers.Sum(layer => layer.Count) * (1 - 1e-15));
        if (layers.Sum(layer => layer.Count - layer.Sums.Count) >= wanted) return StreamedDecision.Unchanged(layers);
        var most = layers.Sum(layer => Math.Min(layer.MostZeros, layer.Count - layer.Kept.Length));
        var reached = Math.Min(wanted, most);
        for (var deviations = Certainty; ; deviations *= 4)
        {
            var bands = new SampledBands(layers, reached, deviations);
            var contents = pass.Over<BandContent>(i => (values, _, _) => bands.Of[i].Scan(values)).Select((parts, i) => BandContent.Total(bands.Of[i], parts)).ToList();
            var found = new BandSelection(layers, contents);
            if (found.Holds(bands, reached)) return found.Select(reached) with { Ending = reached < wanted ? ProjectionEnding.Unreachable : ProjectionEnding.Met };
        }
    }
}
