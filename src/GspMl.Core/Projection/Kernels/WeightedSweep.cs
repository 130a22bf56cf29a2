using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GspMl.Projection.Kernels;

/// <summary>
/// <see cref="PlainSweep"/> for entries with weights: one read in their own arithmetic, with sums of what exceeds a threshold times its
/// weight, and what lies between two of them. A product is rounded once with the difference, so that signs are exact. A product of floats
/// may still be rounded to 0, so that of floats some are kept that may lie between.
/// </summary>
internal static unsafe class WeightedSweep
{
    /// <summary>Entries whose sums may run in float.</summary>
    private const int Block = 512;

    /// <summary>Whether there is such an arithmetic for these entries.</summary>
    public static bool Holds<T>(in Entries<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        typeof(T) == typeof(double) && PlainSweep.IsFast && x.Scale == 1 && x.WeightScale == 1;

    /// <summary>Sweeps and keeps what lies between, in the way that is better between these thresholds.</summary>
    /// <inheritdoc cref="Over{T, TKeeping}"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ThresholdSums Collect<T>(in Entries<T> x, T low, T high, T* values, T* weights, ref int count, out long support,
        out double magnitude)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => PlainSweep.IsWide(low, high)
            ? Over<T, KeepsMany>(x, low, high, values, weights, ref count, out support, out magnitude)
            : Over<T, KeepsFew>(x, low, high, values, weights, ref count, out support, out magnitude);

    /// <summary>Sweeps over contiguous entries.</summary>
    /// <param name="x">The entries; their scales are not looked at.</param>
    /// <param name="low">The lower threshold, at least 0.</param>
    /// <param name="high">The upper threshold.</param>
    /// <param name="values">
    /// Receives what lies between, and has room for all and a register more; may be where the entries are, if they fill whole registers
    /// and the count begins at 0.
    /// </param>
    /// <param name="weights">Receives their weights in the same way.</param>
    /// <param name="count">Grows by the number of entries kept.</param>
    /// <param name="support">How many entries exceed <paramref name="high"/>.</param>
    /// <param name="magnitude">The largest magnitude, infinity and NaN over all numbers; 0 if nothing is kept.</param>
    /// <returns>The sums of what exceeds <paramref name="high"/>.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ThresholdSums Over<T, TKeeping>(in Entries<T> x, T low, T high, T* values, T* weights, ref int count, out long support,
        out double magnitude)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TKeeping : struct, IKeeping => Registers512<T>.AreThere
            ? In<T, Vector512<T>, Registers512<T>, TKeeping>(x, low, high, values, weights, ref count, out support, out magnitude)
            : In<T, Vector256<T>, Registers256<T>, TKeeping>(x, low, high, values, weights, ref count, out support, out magnitude);

    /// <summary>The same in registers of one width. Nothing is called from its loop, which would keep registers in memory.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static ThresholdSums In<T, TRegister, TRegisters, TKeeping>(in Entries<T> x, T low, T high, T* values, T* weights,
        ref int count, out long support, out double magnitude)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TRegister : unmanaged
        where TRegisters : struct, IRegisters<T, TRegister>
        where TKeeping : struct, IKeeping
    {
        T* c = x.Values, own = x.Weights;
        var (n, width, group) = (x.Length, TRegisters.Count, TRegisters.Group * TRegisters.Count);
        if (n < width)
            return Short<T, TRegister, TRegisters, TKeeping>(x, low, high, values, weights, ref count, out support, out magnitude);
        var (lows, highs, largest) = (TRegisters.Create(low), TRegisters.Create(high), default(TRegister));
        // Where a product falls under the range of float an excess may be 0 that is not.
        var least = TRegisters.Create(low == T.Zero ? T.Epsilon : T.Zero);
        Vector256<double> p = default, q = default, w = default;
        var (j, found, supported) = (0, (nint)count, 0L);
        for (var whole = n - n % group; j < whole;)
        {
            TRegister p0 = default, p1 = default, q0 = default, q1 = default, w0 = default, w1 = default;
            for (var end = Math.Min(whole, j + Block); j < end; j += group)
            {
                var over = Pair<T, TRegister, TRegisters, TKeeping>(c + j, own + j, lows, least, highs, values, weights, ref found, ref p0,
                    ref p1, ref q0, ref q1, ref w0, ref w1, ref largest, out var between);
                if (TRegisters.Group == 4)
                {
                    over |= Pair<T, TRegister, TRegisters, TKeeping>(c + j + 2 * width, own + j + 2 * width, lows, least, highs, values,
                        weights, ref found, ref p0, ref p1, ref q0, ref q1, ref w0, ref w1, ref largest, out var more) << 2 * width;
                    between |= more << 2 * width;
                }
                supported += BitOperations.PopCount(over);
                if (TKeeping.Keeps && !TKeeping.Many) found = Pick(c + j, own + j, between, group, values, weights, found);
            }
            p += TRegisters.Widened(TRegisters.Sum(p0, p1));
            q += TRegisters.Widened(TRegisters.Sum(q0, q1));
            w += TRegisters.Widened(TRegisters.Sum(w0, w1));
        }
        if (j < n)
        {
            TRegister p0 = default, q0 = default, w0 = default;
            for (; j < n; j += width)
            {
                // The last register overlaps the one before it, and what was seen there becomes zero, and is not kept.
                var from = Math.Min(j, n - width);
                var (last, lastOwn) = (TRegisters.From(TRegisters.Load(c + from), j - from), TRegisters.Load(own + from));
                if (TKeeping.Keeps) largest = TRegisters.Larger(largest, last);
                var over = TRegisters.Add(last, lastOwn, highs, ref p0, ref q0, ref w0);
                supported += BitOperations.PopCount(over);
                if (!TKeeping.Keeps) continue;
                var between = TRegisters.Over(last, lastOwn, lows, least) & ~over & uint.MaxValue << j - from;
                found = Pick(c + from, own + from, between, width, values, weights, found);
            }
            (p, q, w) = (p + TRegisters.Widened(p0), q + TRegisters.Widened(q0), w + TRegisters.Widened(w0));
        }
        var (sumP, sumQ) = Lanes.SumBoth(p, q);
        (count, support) = ((int)found, supported);
        magnitude = !TKeeping.Keeps ? 0 : double.IsNaN(sumP) ? LargestMagnitude.Of(c, n) : TRegisters.Largest(largest);
        return new(Math.Abs(sumP), sumQ, Vector256.Sum(w));
    }

    /// <summary>Fewer entries than a register holds, followed by zeros with a weight: nothing exceeds a threshold there.</summary>
    private static ThresholdSums Short<T, TRegister, TRegisters, TKeeping>(in Entries<T> x, T low, T high, T* values, T* weights,
        ref int count, out long support, out double magnitude)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TRegister : unmanaged
        where TRegisters : struct, IRegisters<T, TRegister>
        where TKeeping : struct, IKeeping
    {
        var width = TRegisters.Count;
        var room = stackalloc T[2 * width];
        for (var k = 0; k < width; k++)
            (room[k], room[width + k]) = k < x.Length ? (x.Values[k], x.Weights[k]) : (T.Zero, T.One);
        return In<T, TRegister, TRegisters, TKeeping>(new(room, room + width, width, 1, 1), low, high, values, weights, ref count,
            out support, out magnitude);
    }

    /// <summary>Adds two registers, and packs them if many entries are kept.</summary>
    /// <returns>A bit for each entry over the upper threshold.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Pair<T, TRegister, TRegisters, TKeeping>(T* c, T* own, TRegister lows, TRegister least, TRegister highs, T* values,
        T* weights, ref nint found, ref TRegister p0, ref TRegister p1, ref TRegister q0, ref TRegister q1, ref TRegister w0,
        ref TRegister w1, ref TRegister largest, out uint between)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TRegister : unmanaged
        where TRegisters : struct, IRegisters<T, TRegister>
        where TKeeping : struct, IKeeping
    {
        var width = TRegisters.Count;
        var (c0, c1) = (TRegisters.Load(c), TRegisters.Load(c + width));
        var (own0, own1) = (TRegisters.Load(own), TRegisters.Load(own + width));
        if (TKeeping.Keeps) largest = TRegisters.Larger(TRegisters.Larger(largest, c0), c1);
        var over = TRegisters.Add(c0, own0, highs, ref p0, ref q0, ref w0)
            | TRegisters.Add(c1, own1, highs, ref p1, ref q1, ref w1) << width;
        between = 0;
        if (!TKeeping.Keeps) return over;
        between = (TRegisters.Over(c0, own0, lows, least) | TRegisters.Over(c1, own1, lows, least) << width) & ~over;
        if (!TKeeping.Many) return over;
        TRegisters.Pack(c0, own0, lows, least, highs, between & (1u << width) - 1, values + found, weights + found);
        found += BitOperations.PopCount(between << 32 - width);
        TRegisters.Pack(c1, own1, lows, least, highs, between >> width, values + found, weights + found);
        found += BitOperations.PopCount(between >> width);
        return over;
    }

    /// <summary>Picks the entries whose bits are set, one of doubles and two of floats without a branch.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static nint Pick<T>(T* c, T* w, uint bits, int count, T* values, T* weights, nint found)
        where T : unmanaged
    {
        var at = BitOperations.TrailingZeroCount(bits) & (count - 1);
        (values[found], weights[found]) = (c[at], w[at]);
        found += bits != 0 ? 1 : 0;
        bits &= bits - 1;
        if (typeof(T) == typeof(float))
        {
            at = BitOperations.TrailingZeroCount(bits) & (count - 1);
            (values[found], weights[found]) = (c[at], w[at]);
            found += bits != 0 ? 1 : 0;
            bits &= bits - 1;
        }
        for (; bits != 0; bits &= bits - 1)
        {
            at = BitOperations.TrailingZeroCount(bits);
            (values[found], weights[found++]) = (c[at], w[at]);
        }
        return found;
    }
}
