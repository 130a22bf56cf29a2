namespace GspMl.Onnx.Streaming;

/// <summary>How the entries of a layer, or of a piece of it, lie about a band of magnitudes.</summary>
internal sealed class BandContent(MagnitudeBand band)
{
    private readonly List<double> inside = [];
    private long first;
    private long last;

    public MagnitudeBand Band => band;

    public long Entries { get; set; }

    /// <summary>Sums of the entries over the band.</summary>
    public MagnitudeSums Above { get; set; }

    /// <summary>How many entries lie under the band.</summary>
    public long Below => Entries - Above.Count - Inside;

    /// <summary>How many entries lie in the band.</summary>
    public long Inside => inside.Count + first + last;

    /// <summary>Takes in an entry within the band.</summary>
    public void Add(double magnitude)
    {
        if (magnitude == band.First) first++;
        else if (magnitude == band.Last) last++;
        else inside.Add(magnitude);
    }

    /// <summary>The parts of one layer, put together.</summary>
    public static BandContent Total(MagnitudeBand band, IEnumerable<BandContent> parts)
    {
        var total = new BandContent(band);
        foreach (var part in parts)
        {
            total.Entries += part.Entries;
            total.Above += part.Above;
            total.first += part.first;
            total.last += part.last;
            total.inside.AddRange(part.inside);
        }
        return total;
    }

    /// <summary>The number of entries of at most a magnitude that lies in the band.</summary>
    public long AtMost(double magnitude)
        => magnitude <= band.Low ? Below
            : Below + Counting.AtMost(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(inside), magnitude)
            + (band.First <= magnitude ? first : 0) + (band.Last <= magnitude ? last : 0);

    /// <summary>The sums of the entries over a magnitude that lies in the band.</summary>
    public MagnitudeSums Over(double magnitude)
    {
        var sums = Above;
        foreach (var value in inside)
            if (value > magnitude) sums = sums.With(value);
        if (band.First > magnitude) sums = sums.With(band.First, first);
        if (band.Last > magnitude) sums = sums.With(band.Last, last);
        return sums;
    }
}
