using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace GspMl.Projection.Kernels;

/// <summary>
/// <see cref="PlainSweep"/> for floats with weights: one read in registers of 64 bytes, with sums of what surely exceeds a threshold times
/// its weight, and what may lie between two of them. A product is rounded once with the difference, so that signs are exact.
/// </summary>
internal static unsafe class WeightedSweep
{
    private const int Width = 16, Group = 2 * Width, Block = 16 * Group;

    /// <summary>Sweeps over contiguous entries.</summary>
    /// <param name="x">The entries; their scales are not looked at.</param>
    /// <param name="low">The lower threshold, at least 0.</param>
    /// <param name="high">The upper threshold.</param>
    /// <param name="values">Receives what lies between.</param>
    /// <param name="weights">Receives their weights.</param>
    /// <param name="count">Grows by the number of entries kept.</param>
    /// <param name="support">How many entries exceed <paramref name="high"/>.</param>
    /// <param name="magnitude">The largest magnitude, infinity and NaN over all numbers; 0 if nothing is kept.</param>
    /// <returns>The sums of what exceeds <paramref name="high"/>.</returns>
    public static ThresholdSums Over<TKeeping>(in Entries<float> x, float low, float high, float* values, float* weights, ref int count,
        out long support, out double magnitude)
        where TKeeping : struct, IKeeping
    {
        var whole = x.Length & -Group;
        var sums = Groups<TKeeping>(
            new(x.Values, x.Weights, whole, 1, 1), low, high, values, weights, ref count, out support, out magnitude);
        if (whole == x.Length) return sums;
        // The last entries, followed by zeros with a weight: nothing exceeds a threshold there.
        var room = stackalloc float[2 * Group];
        for (var k = 0; k < Group; k++)
            (room[k], room[Group + k]) = whole + k < x.Length ? (x.Values[whole + k], x.Weights[whole + k]) : (0, 1);
        var rest = new Entries<float>(room, room + Group, Group, 1, 1);
        long more;
        double largest;
        // Picked, since there is no room to pack a whole register.
        sums += TKeeping.Keeps ? Groups<KeepsFew>(rest, low, high, values, weights, ref count, out more, out largest)
            : Groups<KeepsNone>(rest, low, high, null, null, ref count, out more, out largest);
        (support, magnitude) = (support + more, LargestMagnitude.OfTwo(magnitude, largest));
        return sums;
    }

    /// <summary>Whole groups. Nothing is called from here, which would keep registers in memory.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static ThresholdSums Groups<TKeeping>(in Entries<float> x, float low, float high, float* values, float* weights, ref int count,
        out long support, out double magnitude)
        where TKeeping : struct, IKeeping
    {
        float* c = x.Values, w = x.Weights;
        var (lows, highs, largest) = (Vector512.Create(-low), Vector512.Create(-high), Vector512<float>.Zero);
        // Where a product falls under the range of float an excess may be 0 that is not.
        var least = Vector512.Create(low == 0 ? float.Epsilon : 0);
        Vector512<double> p = default, q = default, ww = default;
        var (n, j, found, supported) = (x.Length, 0, (nint)count, 0L);
        while (j < n)
        {
            Vector512<float> p0 = default, p1 = default, q0 = default, q1 = default, w0 = default, w1 = default;
            for (var end = Math.Min(n, j + Block); j < end; j += Group)
            {
                var (c0, c1) = (Vector512.Load(c + j), Vector512.Load(c + j + Width));
                var (own0, own1) = (Vector512.Load(w + j), Vector512.Load(w + j + Width));
                var over = Add<TKeeping>(c0, own0, highs, ref p0, ref q0, ref w0, ref largest)
                    | Add<TKeeping>(c1, own1, highs, ref p1, ref q1, ref w1, ref largest) << Width;
                supported += BitOperations.PopCount(over);
                if (!TKeeping.Keeps) continue;
                var between = (Over(c0, own0, lows, least) | Over(c1, own1, lows, least) << Width) & ~over;
                if (!TKeeping.Many) found = Pick(c + j, w + j, between, values, weights, found);
                else
                {
                    found = Pack(c0, own0, lows, least, highs, between & 0xffff, values, weights, found);
                    found = Pack(c1, own1, lows, least, highs, between >> Width, values, weights, found);
                }
            }
            p += Widened(p0) + Widened(p1);
            q += Widened(q0) + Widened(q1);
            ww += Widened(w0) + Widened(w1);
        }
        (count, support, magnitude) = ((int)found, supported, TKeeping.Keeps ? Lanes.LargestOf(largest) : 0);
        var (sumP, sumQ) = Lanes.SumBoth(p, q);
        return new(sumP, sumQ, Vector512.Sum(ww));
    }

    /// <summary>Adds what exceeds the threshold.</summary>
    /// <returns>A bit for each entry that does.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Add<TKeeping>(Vector512<float> values, Vector512<float> weights, Vector512<float> high, ref Vector512<float> p,
        ref Vector512<float> q, ref Vector512<float> w, ref Vector512<float> largest)
        where TKeeping : struct, IKeeping
    {
        var magnitudes = Vector512.Abs(values);
        if (TKeeping.Keeps) largest = Lanes.LargerBits(largest, magnitudes);
        var excess = Vector512.FusedMultiplyAdd(high, weights, magnitudes);
        // Compared anew each time, so that the comparison stays a mask and never becomes a register.
        var d = Vector512.ConditionalSelect(Vector512.GreaterThan(excess, Vector512<float>.Zero), excess, Vector512<float>.Zero);
        var own = Vector512.ConditionalSelect(Vector512.GreaterThan(excess, Vector512<float>.Zero), weights, Vector512<float>.Zero);
        p = Vector512.FusedMultiplyAdd(weights, d, p);
        q = Vector512.FusedMultiplyAdd(d, d, q);
        w = Vector512.FusedMultiplyAdd(own, own, w);
        return (uint)Vector512.GreaterThan(excess, Vector512<float>.Zero).ExtractMostSignificantBits();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Over(Vector512<float> values, Vector512<float> weights, Vector512<float> low, Vector512<float> least) =>
        (uint)Vector512.GreaterThanOrEqual(Vector512.FusedMultiplyAdd(low, weights, Vector512.Abs(values)), least)
            .ExtractMostSignificantBits();

    /// <summary>Picks the entries of a group whose bits are set, two of them without a branch.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static nint Pick(float* c, float* w, uint bits, float* values, float* weights, nint found)
    {
        var at = Bit(bits) & (Group - 1);
        (values[found], weights[found]) = (c[at], w[at]);
        found += bits != 0 ? 1 : 0;
        bits &= bits - 1;
        at = Bit(bits) & (Group - 1);
        (values[found], weights[found]) = (c[at], w[at]);
        found += bits != 0 ? 1 : 0;
        for (bits &= bits - 1; bits != 0; bits &= bits - 1) (values[found], weights[found++]) = (c[Bit(bits)], w[Bit(bits)]);
        return found;
    }

    /// <summary>Packs a register. All of its places may be written to.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static nint Pack(Vector512<float> values, Vector512<float> weights, Vector512<float> low, Vector512<float> least,
        Vector512<float> high, uint bits, float* to, float* weightsTo, nint found)
    {
        var magnitudes = Vector512.Abs(values);
        var between = Vector512.AndNot(
            Vector512.GreaterThanOrEqual(Vector512.FusedMultiplyAdd(low, weights, magnitudes), least),
            Vector512.GreaterThan(Vector512.FusedMultiplyAdd(high, weights, magnitudes), Vector512<float>.Zero));
        Avx512F.Compress(Vector512<float>.Zero, between, values).Store(to + found);
        Avx512F.Compress(Vector512<float>.Zero, between, weights).Store(weightsTo + found);
        return found + BitOperations.PopCount(bits);
    }

    private static int Bit(uint bits) => BitOperations.TrailingZeroCount(bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Widened(Vector512<float> sums)
    {
        var (lower, upper) = Vector512.Widen(sums);
        return lower + upper;
    }
}
