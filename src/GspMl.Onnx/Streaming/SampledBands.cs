namespace GspMl.Onnx.Streaming;

/// <summary>For each layer a band of magnitudes in which its threshold lies, as far as its sample can be trusted.</summary>
internal sealed class SampledBands
{
    /// <param name="layers">The layers with their samples.</param>
    /// <param name="wanted">Zeros in all.</param>
    /// <param name="deviations">How far estimated counts may be off, in standard deviations.</param>
    public SampledBands(IReadOnlyList<StreamedLayer> layers, long wanted, double deviations)
    {
        var slack = deviations * Math.Sqrt(layers.Sum(Variance));
        double Zeros(double multiplier) => layers.Sum(layer => Math.Min(layer.MostZeros, Estimate(layer, multiplier * layer.Unit)));
        Low = Math.Max(0, Counting.Least(Zeros, wanted - slack).Before);
        High = Counting.Least(Zeros, wanted + slack).At;
        Of = [.. layers.Select(layer => Band(layer, deviations))];
    }

    private SampledBands(double low, double high, IReadOnlyList<MagnitudeBand> bands) => (Low, High, Of) = (low, high, bands);

    /// <summary>
    /// Bands that hold all that is not zero, whatever the samples say; what the layers' samples begin and end with is only counted.
    /// </summary>
    public static SampledBands Whole(IReadOnlyList<StreamedLayer> layers)
        => new(0, double.PositiveInfinity,
            [.. layers.Select(layer => new MagnitudeBand(0, double.PositiveInfinity, layer.Sample.Min(), layer.Sample.Max()))]);

    /// <summary>The multiplier is larger.</summary>
    public double Low { get; }

    /// <summary>The multiplier is at most this.</summary>
    public double High { get; }

    /// <summary>The layers' bands.</summary>
    public IReadOnlyList<MagnitudeBand> Of { get; }

    private MagnitudeBand Band(StreamedLayer layer, double deviations)
    {
        var (low, high) = (Low * layer.Unit, High * layer.Unit);
        var slack = deviations * Math.Sqrt(Variance(layer));
        if (Estimate(layer, high) + slack >= layer.MostZeros)
        {
            // The layer may have all the zeros that it can bear before the multiplier gets there.
            low = Math.Min(low, Math.Max(0, Counting.Least(t => Estimate(layer, t), layer.MostZeros - slack).Before));
            high = Math.Min(high, Counting.Least(t => Estimate(layer, t), layer.MostZeros + slack).At);
        }
        var inside = layer.Sample.Where(magnitude => magnitude > low && magnitude <= high).ToList();
        return inside.Count == 0 ? new(low, high) : new(low, high, inside.Min(), inside.Max());
    }

    /// <summary>The zeros that a threshold leads to, by the sample.</summary>
    private static double Estimate(StreamedLayer layer, double threshold)
        => (Counting.AtMost(layer.Sample, threshold) / layer.Share) - BandSelection.KeptAt(layer, threshold);

    /// <summary>Of a count estimated from the layer's sample, at most: n²·¼/m for m of n entries.</summary>
    private static double Variance(StreamedLayer layer) => layer.Share >= 1 ? 0 : layer.Count / layer.Share / 4;
}
