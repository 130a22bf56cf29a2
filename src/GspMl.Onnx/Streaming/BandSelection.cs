using GspMl.Projection;

namespace GspMl.Onnx.Streaming;

/// <summary>The exact multiplier, from what lies about and in the layers' bands.</summary>
internal sealed class BandSelection(IReadOnlyList<StreamedLayer> layers, IReadOnlyList<BandContent> contents)
{
    /// <summary>How many of the entries that stay in any case have at most this magnitude.</summary>
    public static long KeptAt(StreamedLayer layer, double threshold)
    {
        var at = Array.BinarySearch(layer.Kept, Math.BitIncrement(threshold));
        while (at > 0 && layer.Kept[at - 1] > threshold) at--;
        return at < 0 ? ~at : at;
    }

    /// <summary>Whether the multiplier, and every layer's own threshold, lies within the bands.</summary>
    public bool Holds(SampledBands bands, long wanted)
        => Zeros(bands.Low) < wanted && Zeros(bands.High) >= wanted && layers.Zip(contents)
            .All(pair => Holds(pair.First, pair.Second, bands));

    private static bool Holds(StreamedLayer layer, BandContent content, SampledBands bands)
        => (content.Band.Low >= bands.Low * layer.Unit || content.Below <= layer.MostZeros)
            && (content.Band.High >= bands.High * layer.Unit || content.AtMost(content.Band.High) >= layer.MostZeros);

    /// <summary>Chooses what goes, to the entry; of entries as good as tied the first.</summary>
    public StreamedDecision Select(long wanted)
    {
        var (before, at) = Counting.Least(multiplier => Zeros(multiplier), wanted);
        var left = wanted - Zeros(before);
        var (cuts, kept) = (new List<LayerCut>(), new List<MagnitudeSums>());
        for (var i = 0; i < layers.Count; i++)
        {
            var cut = Full(i, before) ?? Shared(i, before, at, ref left);
            cuts.Add(cut);
            kept.Add(Kept(contents[i], cut));
        }
        return new(at, ProjectionEnding.Met, cuts, kept);
    }

    private long Zeros(double multiplier) => Enumerable.Range(0, layers.Count).Sum(i => Zeros(i, multiplier));

    private long Zeros(int i, double multiplier) => Math.Min(layers[i].MostZeros, Uncapped(i, multiplier * layers[i].Unit));

    /// <summary>Beyond the band nothing is known: the count stays as at its end.</summary>
    private long Uncapped(int i, double threshold)
    {
        var known = Math.Clamp(threshold, contents[i].Band.Low, contents[i].Band.High);
        return contents[i].AtMost(known) - KeptAt(layers[i], known);
    }

    /// <summary>What goes of a layer that has all the zeros it can bear before the multiplier is reached; null for another.</summary>
    private LayerCut? Full(int i, double multiplier)
    {
        var layer = layers[i];
        if (Uncapped(i, multiplier * layer.Unit) < layer.MostZeros) return null;
        var (before, at) = Counting.Least(threshold => Uncapped(i, threshold), layer.MostZeros);
        var low = Math.Max(before, contents[i].Band.Low);
        return new(low, Math.Max(at, low), layer.MostZeros - Uncapped(i, low));
    }

    private LayerCut Shared(int i, double before, double at, ref long left)
    {
        var ties = Math.Min(left, Zeros(i, at) - Zeros(i, before));
        left -= ties;
        return new(before * layers[i].Unit, at * layers[i].Unit, ties);
    }

    private static MagnitudeSums Kept(BandContent content, LayerCut cut)
    {
        var ties = content.AtMost(cut.High) - content.AtMost(cut.Low) - cut.Ties;
        return content.Over(cut.High).With(cut.High, ties);
    }
}
