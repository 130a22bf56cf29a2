using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace GspMl.Projection.Kernels;

/// <summary>
/// One read of plain entries in their own arithmetic, in registers of 64 bytes: sums of what exceeds a threshold, and what lies between two
/// of them. Two registers make a group, whose entries between the thresholds are picked one by one out of a word of bits: one of
/// sixteen without a branch, since there are seldom more.
/// </summary>
internal static unsafe class PlainSweep
{
    /// <summary>Entries whose sums may run in float: few enough that rounding stays near that of one operation.</summary>
    private const int Block = 512;

    /// <summary>Where the upper threshold is so many times the lower one, many entries are expected between them.</summary>
    private const double Wide = 1.15;

    /// <summary>Whether registers are wide enough.</summary>
    public static bool IsFast => Vector512.IsHardwareAccelerated && Avx512F.IsSupported;

    /// <summary>Whether packing whole registers is the better way between these thresholds. The result is the same.</summary>
    public static bool IsWide(double low, double high) => high > Wide * low;

    /// <summary>The specification: entry by entry.</summary>
    public static ThresholdSums Scalar<T>(T* c, int n, T low, T high, T* values, ref int count)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double p = 0, q = 0, w = 0;
        for (var j = 0; j < n; j++)
        {
            var magnitude = T.Abs(c[j]);
            if (magnitude > low && magnitude <= high) values[count++] = c[j];
            if (!(magnitude > high)) continue;
            var d = double.CreateTruncating(magnitude - high);
            (p, q, w) = (p + d, q + d * d, w + 1);
        }
        return new(p, q, w);
    }

    /// <summary>Sweeps over contiguous entries.</summary>
    /// <param name="c">The entries.</param>
    /// <param name="n">How many there are.</param>
    /// <param name="low">The lower threshold, at least 0.</param>
    /// <param name="high">The upper threshold.</param>
    /// <param name="values">
    /// Receives what lies between, and has room for all and a register more; may be where the entries are, if they fill whole registers
    /// and the count begins at 0.
    /// </param>
    /// <param name="count">Grows by the number of entries kept.</param>
    /// <param name="magnitude">The largest magnitude, infinity and NaN over all numbers; 0 if nothing is kept.</param>
    /// <returns>The sums of what exceeds <paramref name="high"/>.</returns>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static ThresholdSums Over<T, TKeeping>(T* c, int n, T low, T high, T* values, ref int count, out double magnitude)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TKeeping : struct, IKeeping
    {
        if (n < Vector512<T>.Count) return Short<T, TKeeping>(c, n, low, high, values, ref count, out magnitude);
        var (lows, highs, largest) = (Vector512.Create(low), Vector512.Create(high), Vector512<T>.Zero);
        Vector512<double> p = default, q = default;
        var (width, j, found, support) = (Vector512<T>.Count, 0, (nint)count, 0L);
        for (var whole = n - n % (2 * width); j < whole;)
        {
            Vector512<T> p0 = default, p1 = default, q0 = default, q1 = default;
            for (var end = Math.Min(whole, j + Block); j < end; j += 2 * width)
            {
                var (c0, c1) = (Vector512.Load(c + j), Vector512.Load(c + j + width));
                var over = Add<T, TKeeping>(c0, highs, ref p0, ref q0, ref largest)
                    | Add<T, TKeeping>(c1, highs, ref p1, ref q1, ref largest) << width;
                support += BitOperations.PopCount(over);
                if (!TKeeping.Keeps) continue;
                var between = (Over(c0, lows) | Over(c1, lows) << width) ^ over;
                if (!TKeeping.Many) found = Pick(c + j, between, values, found);
                else
                {
                    Pack(c0, lows, highs, values + found);
                    found += BitOperations.PopCount(between << 32 - width);
                    Pack(c1, lows, highs, values + found);
                    found += BitOperations.PopCount(between >> width);
                }
            }
            p += Widened(p0 + p1);
            q += Widened(q0 + q1);
        }
        if (j < n)
        {
            Vector512<T> p0 = default, q0 = default;
            for (; j < n; j += width)
            {
                // The last register overlaps the one before it, and what was seen there becomes zero.
                var from = Math.Min(j, n - width);
                var last = Lanes.From(Vector512.Load(c + from), j - from);
                var over = Add<T, TKeeping>(last, highs, ref p0, ref q0, ref largest);
                support += BitOperations.PopCount(over);
                if (!TKeeping.Keeps) continue;
                var between = Over(last, lows) ^ over;
                if (!TKeeping.Many) found = Pick(c + from, between, values, found);
                else
                {
                    Pack(last, lows, highs, values + found);
                    found += BitOperations.PopCount(between);
                }
            }
            (p, q) = (p + Widened(p0), q + Widened(q0));
        }
        (count, magnitude) = ((int)found, TKeeping.Keeps ? Lanes.LargestOf(largest) : 0);
        var (sumP, sumQ) = Lanes.SumBoth(p, q);
        return new(sumP, sumQ, support);
    }

    /// <summary>Fewer entries than a register holds, from a place where zeros follow them: a zero exceeds no threshold.</summary>
    private static ThresholdSums Short<T, TKeeping>(T* c, int n, T low, T high, T* values, ref int count, out double magnitude)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TKeeping : struct, IKeeping
    {
        var room = stackalloc T[Vector512<T>.Count];
        for (var k = 0; k < n; k++) room[k] = c[k];
        return Over<T, TKeeping>(room, Vector512<T>.Count, low, high, values, ref count, out magnitude);
    }

    /// <summary>Adds what exceeds the threshold.</summary>
    /// <returns>A bit for each entry that does.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Add<T, TKeeping>(Vector512<T> values, Vector512<T> high, ref Vector512<T> p, ref Vector512<T> q,
        ref Vector512<T> largest)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TKeeping : struct, IKeeping
    {
        var magnitudes = Vector512.Abs(values);
        if (TKeeping.Keeps) largest = Lanes.LargerBits(largest, magnitudes);
        // Compared twice, so that the comparison stays a mask and never becomes a register.
        var d = Vector512.ConditionalSelect(Vector512.GreaterThan(magnitudes, high), magnitudes - high, Vector512<T>.Zero);
        p += d;
        q = Lanes.MultiplyAdd(d, d, q);
        return Over(values, high);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Over<T>(Vector512<T> values, Vector512<T> threshold) =>
        (uint)Vector512.GreaterThan(Vector512.Abs(values), threshold).ExtractMostSignificantBits();

    /// <summary>Picks the entries of a group whose bits are set.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static nint Pick<T>(T* group, uint bits, T* values, nint found)
        where T : unmanaged
    {
        var last = 2 * Vector512<T>.Count - 1;
        values[found] = group[BitOperations.TrailingZeroCount(bits) & last];
        found += bits != 0 ? 1 : 0;
        bits &= bits - 1;
        if (typeof(T) == typeof(float))
        {
            values[found] = group[BitOperations.TrailingZeroCount(bits) & last];
            found += bits != 0 ? 1 : 0;
            bits &= bits - 1;
        }
        for (; bits != 0; bits &= bits - 1) values[found++] = group[BitOperations.TrailingZeroCount(bits)];
        return found;
    }

    /// <summary>Packs a register. All of its places may be written to.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Pack<T>(Vector512<T> values, Vector512<T> low, Vector512<T> high, T* to)
        where T : unmanaged
    {
        var magnitudes = Vector512.Abs(values);
        var between = Vector512.AndNot(Vector512.GreaterThan(magnitudes, low), Vector512.GreaterThan(magnitudes, high));
        if (typeof(T) == typeof(float))
            Avx512F.Compress(Vector512<float>.Zero, between.AsSingle(), values.AsSingle()).Store((float*)to);
        else Avx512F.Compress(Vector512<double>.Zero, between.AsDouble(), values.AsDouble()).Store((double*)to);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Widened<T>(Vector512<T> sums)
        where T : unmanaged
    {
        if (typeof(T) == typeof(double)) return sums.AsDouble();
        var (lower, upper) = Vector512.Widen(sums.AsSingle());
        return lower + upper;
    }
}
