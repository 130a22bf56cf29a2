using System.Numerics;
using System.Runtime.InteropServices;

namespace GspMl.Onnx.Streaming;

/// <summary>Counts by comparison.</summary>
internal static class Counting
{
    /// <summary>How many of the values are at most <paramref name="bound"/>.</summary>
    public static long AtMost(ReadOnlySpan<double> values, double bound)
    {
        var lanes = Vector<long>.Zero;
        var vectors = MemoryMarshal.Cast<double, Vector<double>>(values);
        foreach (var vector in vectors) lanes -= Vector.LessThanOrEqual(vector, new Vector<double>(bound));
        var count = Vector.Sum(lanes);
        foreach (var value in values[(vectors.Length * Vector<double>.Count)..]) count += value <= bound ? 1 : 0;
        return count;
    }

    /// <summary>
    /// The least number, up to a step of about 1e-9 of it, for which an increasing count reaches <paramref name="wanted"/>, and the number
    /// a step before: what is counted between the two is as good as tied. Infinity where nothing reaches it.
    /// </summary>
    public static (double Before, double At) Least(Func<double, double> count, double wanted)
    {
        // The bits of positive numbers are ordered as the numbers are.
        long low = -1, high = (long)(BitConverter.DoubleToUInt64Bits(double.PositiveInfinity) >> Dropped);
        while (high - low > 1)
        {
            var middle = (low + high) / 2;
            if (count(Number(middle)) >= wanted) high = middle;
            else low = middle;
        }
        return (low < 0 ? -1 : Number(low), Number(high));
    }

    // 23 of 52 bits of the fraction: a step is finer than float's, the search shorter than double's.
    private const int Dropped = 23;

    private static double Number(long bits) => BitConverter.UInt64BitsToDouble((ulong)bits << Dropped);
}
