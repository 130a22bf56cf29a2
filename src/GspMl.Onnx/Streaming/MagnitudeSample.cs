using System.Numerics;

namespace GspMl.Onnx.Streaming;

/// <summary>
/// A layer's magnitudes, one of each so many neighbours, at a place of its own in each of these strata: evenly spread, but
/// in step with no row or column.
/// </summary>
internal static class MagnitudeSample
{
    /// <summary>The part of the sample that a piece of the layer holds.</summary>
    /// <param name="values">The piece.</param>
    /// <param name="first">The index of its first element.</param>
    /// <param name="stratum">Elements for which one is taken; the same for all pieces.</param>
    public static double[] Of<T>(ReadOnlySpan<T> values, long first, long stratum)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var sample = new List<double>((int)(values.Length / stratum) + 2);
        for (var k = first / stratum; k * stratum < first + values.Length; k++)
        {
            var at = (k * stratum) + Place(k, stratum) - first;
            if (at >= 0 && at < values.Length) sample.Add(double.CreateTruncating(T.Abs(values[(int)at])));
        }
        return [.. sample];
    }

    /// <summary>
    /// A number below <paramref name="stratum"/> that looks random: the finaliser of splitmix64 (Steele, Lea, Flood 2014).
    /// </summary>
    private static long Place(long k, long stratum)
    {
        var z = ((ulong)k + 1) * 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return (long)Math.BigMul(z ^ (z >> 31), (ulong)stratum, out _);
    }
}
