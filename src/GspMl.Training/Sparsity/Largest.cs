using System.Runtime.InteropServices;

namespace GspMl.Training.Sparsity;

/// <summary>
/// The smallest of the k largest of numbers that are not negative: their bits, as integers, have their order, so two counts of 16 bits
/// each find it. Linear.
/// </summary>
internal static class Largest
{
    private const int Half = 1 << 16;

    /// <param name="values">Not negative, no NaN.</param>
    /// <param name="count">How many are the largest; at least 1, at most as many as there are.</param>
    public static float Threshold(ReadOnlySpan<float> values, long count)
    {
        var bits = MemoryMarshal.Cast<float, uint>(values);
        var counts = new long[Half];
        foreach (var value in bits) counts[value >> 16]++;
        var (upper, left) = Find(counts, count);
        Array.Clear(counts);
        foreach (var value in bits)
            if (value >> 16 == upper) counts[value & 0xFFFF]++;
        var (lower, _) = Find(counts, left);
        return BitConverter.UInt32BitsToSingle((upper << 16) | lower);
    }

    /// <summary>The bucket, from the top, in which the last of so many lies, and how many of it they take.</summary>
    private static (uint Bucket, long Left) Find(long[] counts, long count)
    {
        for (var bucket = Half - 1; ; bucket--)
        {
            if (counts[bucket] >= count) return ((uint)bucket, count);
            count -= counts[bucket];
        }
    }
}
