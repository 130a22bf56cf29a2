using MathNet.Numerics.Distributions;

namespace GspMl.Onnx;

/// <summary>A 95 % confidence interval: what the rows or the timings that were seen leave possible.</summary>
/// <param name="Low">Its lower end.</param>
/// <param name="High">Its upper end.</param>
public readonly record struct Interval(double Low, double High)
{
    private static readonly double Z = Normal.InvCDF(0, 1, 0.975);

    /// <summary>Whether <paramref name="value"/> lies in it, the ends included.</summary>
    /// <param name="value">Any number.</param>
    public bool Contains(double value) => Low <= value && value <= High;

    /// <summary>The score interval of a fraction (Wilson 1927), which stays in [0,1] and is sound near its ends.</summary>
    internal static Interval OfFraction(int count, int all)
    {
        var (fraction, z2) = ((double)count / all, Z * Z / all);
        var centre = fraction + z2 / 2;
        var half = Math.Sqrt(z2 * (fraction * (1 - fraction) + z2 / 4));
        return new(Math.Max(0, (centre - half) / (1 + z2)), Math.Min(1, (centre + half) / (1 + z2)));
    }

    /// <summary>
    /// The distribution-free interval of a median between two order statistics, by the sign test. Under six values none reaches 95 %:
    /// then it is the smallest and the largest.
    /// </summary>
    internal static Interval OfMedian(IReadOnlyList<double> sorted)
    {
        var below = new Binomial(0.5, sorted.Count);
        var rank = 0;
        while (below.CumulativeDistribution(rank + 1) <= 0.025) rank++;
        return new(sorted[rank], sorted[^(rank + 1)]);
    }
}
