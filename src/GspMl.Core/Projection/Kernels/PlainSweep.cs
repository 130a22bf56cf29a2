using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GspMl.Projection.Kernels;

/// <summary>
/// One read of plain entries in their own arithmetic: sums of what exceeds a threshold, and what lies between two of them. Some registers
/// make a group, whose entries between the thresholds are picked one by one out of a word of bits: one of sixteen without a branch,
/// since there are seldom more.
/// </summary>
internal static unsafe class PlainSweep
{
    /// <summary>Entries whose sums may run in float: few enough that rounding stays near that of one operation.</summary>
    private const int Block = 512;

    /// <summary>Where the upper threshold is so many times the lower one, many entries are expected between them.</summary>
    private const double Wide = 1.15;

    /// <summary>Whether registers are wide enough.</summary>
    public static bool IsFast => Registers512<float>.AreThere || Registers256<float>.AreThere;

    /// <summary>Whether packing whole registers is the better way between these thresholds. The result is the same.</summary>
    public static bool IsWide<T>(T low, T high)
        where T : unmanaged, INumberBase<T> => double.CreateTruncating(high) > Wide * double.CreateTruncating(low);

    /// <summary>Sweeps and keeps what lies between, in the way that is better between these thresholds.</summary>
    /// <inheritdoc cref="Over{T, TKeeping}"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ThresholdSums Collect<T>(T* c, int n, T low, T high, T* values, ref int count, out double magnitude)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => IsWide(low, high)
            ? Over<T, KeepsMany>(c, n, low, high, values, ref count, out magnitude)
            : Over<T, KeepsFew>(c, n, low, high, values, ref count, out magnitude);

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
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ThresholdSums Over<T, TKeeping>(T* c, int n, T low, T high, T* values, ref int count, out double magnitude)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TKeeping : struct, IKeeping => Registers512<T>.AreThere
            ? In<T, Vector512<T>, Registers512<T>, TKeeping>(c, n, low, high, values, ref count, out magnitude)
            : In<T, Vector256<T>, Registers256<T>, TKeeping>(c, n, low, high, values, ref count, out magnitude);

    /// <summary>The same in registers of one width.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static ThresholdSums In<T, TRegister, TRegisters, TKeeping>(T* c, int n, T low, T high, T* values, ref int count,
        out double magnitude)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TRegister : unmanaged
        where TRegisters : struct, IRegisters<T, TRegister>
        where TKeeping : struct, IKeeping
    {
        var width = TRegisters.Count;
        if (n < width) return Short<T, TRegister, TRegisters, TKeeping>(c, n, low, high, values, ref count, out magnitude);
        var (lows, highs, largest) = (TRegisters.Create(low), TRegisters.Create(high), default(TRegister));
        Vector256<double> p = default, q = default;
        var (group, j, found, support) = (TRegisters.Group * width, 0, (nint)count, 0L);
        for (var whole = n - n % group; j < whole;)
        {
            TRegister p0 = default, p1 = default, q0 = default, q1 = default;
            for (var end = Math.Min(whole, j + Block); j < end; j += group)
            {
                var over = Pair<T, TRegister, TRegisters, TKeeping>(c + j, lows, highs, values, ref found, ref p0, ref p1, ref q0, ref q1,
                    ref largest, out var between);
                if (TRegisters.Group == 4)
                {
                    over |= Pair<T, TRegister, TRegisters, TKeeping>(c + j + 2 * width, lows, highs, values, ref found, ref p0, ref p1,
                        ref q0, ref q1, ref largest, out var more) << 2 * width;
                    between |= more << 2 * width;
                }
                support += BitOperations.PopCount(over);
                if (TKeeping.Keeps && !TKeeping.Many) found = Pick(c + j, between, group, values, found);
            }
            p += TRegisters.Widened(TRegisters.Sum(p0, p1));
            q += TRegisters.Widened(TRegisters.Sum(q0, q1));
        }
        if (j < n)
        {
            TRegister p0 = default, q0 = default;
            for (; j < n; j += width)
            {
                // The last register overlaps the one before it, and what was seen there becomes zero.
                var from = Math.Min(j, n - width);
                var last = TRegisters.From(TRegisters.Load(c + from), j - from);
                var over = Add<T, TRegister, TRegisters, TKeeping>(last, highs, ref p0, ref q0, ref largest);
                support += BitOperations.PopCount(over);
                if (!TKeeping.Keeps) continue;
                var between = TRegisters.Over(last, lows) ^ over;
                if (!TKeeping.Many) found = Pick(c + from, between, width, values, found);
                else
                {
                    TRegisters.Pack(last, lows, highs, between, values + found);
                    found += BitOperations.PopCount(between);
                }
            }
            (p, q) = (p + TRegisters.Widened(p0), q + TRegisters.Widened(q0));
        }
        var (sumP, sumQ) = Lanes.SumBoth(p, q);
        count = (int)found;
        magnitude = !TKeeping.Keeps ? 0 : double.IsNaN(sumP) ? LargestMagnitude.Of(c, n) : TRegisters.Largest(largest);
        return new(Math.Abs(sumP), sumQ, support);
    }

    /// <summary>Fewer entries than a register holds, from a place where zeros follow them: a zero exceeds no threshold.</summary>
    private static ThresholdSums Short<T, TRegister, TRegisters, TKeeping>(T* c, int n, T low, T high, T* values, ref int count,
        out double magnitude)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TRegister : unmanaged
        where TRegisters : struct, IRegisters<T, TRegister>
        where TKeeping : struct, IKeeping
    {
        var room = stackalloc T[TRegisters.Count];
        for (var k = 0; k < n; k++) room[k] = c[k];
        return In<T, TRegister, TRegisters, TKeeping>(room, TRegisters.Count, low, high, values, ref count, out magnitude);
    }

    /// <summary>Adds two registers, and packs them if many entries are kept.</summary>
    /// <returns>A bit for each entry over the upper threshold.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Pair<T, TRegister, TRegisters, TKeeping>(T* c, TRegister lows, TRegister highs, T* values, ref nint found,
        ref TRegister p0, ref TRegister p1, ref TRegister q0, ref TRegister q1, ref TRegister largest, out uint between)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TRegister : unmanaged
        where TRegisters : struct, IRegisters<T, TRegister>
        where TKeeping : struct, IKeeping
    {
        var width = TRegisters.Count;
        var (c0, c1) = (TRegisters.Load(c), TRegisters.Load(c + width));
        var over = Add<T, TRegister, TRegisters, TKeeping>(c0, highs, ref p0, ref q0, ref largest)
            | Add<T, TRegister, TRegisters, TKeeping>(c1, highs, ref p1, ref q1, ref largest) << width;
        between = 0;
        if (!TKeeping.Keeps) return over;
        between = (TRegisters.Over(c0, lows) | TRegisters.Over(c1, lows) << width) ^ over;
        if (!TKeeping.Many) return over;
        TRegisters.Pack(c0, lows, highs, between & (1u << width) - 1, values + found);
        found += BitOperations.PopCount(between << 32 - width);
        TRegisters.Pack(c1, lows, highs, between >> width, values + found);
        found += BitOperations.PopCount(between >> width);
        return over;
    }

    /// <summary>Adds what exceeds the threshold.</summary>
    /// <returns>A bit for each entry that does.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Add<T, TRegister, TRegisters, TKeeping>(TRegister values, TRegister high, ref TRegister p, ref TRegister q,
        ref TRegister largest)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TRegister : unmanaged
        where TRegisters : struct, IRegisters<T, TRegister>
        where TKeeping : struct, IKeeping
    {
        if (TKeeping.Keeps) largest = TRegisters.Larger(largest, values);
        return TRegisters.Add(values, high, ref p, ref q);
    }

    /// <summary>Picks the entries of a group whose bits are set.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static nint Pick<T>(T* group, uint bits, int count, T* values, nint found)
        where T : unmanaged
    {
        values[found] = group[BitOperations.TrailingZeroCount(bits) & (count - 1)];
        found += bits != 0 ? 1 : 0;
        bits &= bits - 1;
        if (typeof(T) == typeof(float))
        {
            values[found] = group[BitOperations.TrailingZeroCount(bits) & (count - 1)];
            found += bits != 0 ? 1 : 0;
            bits &= bits - 1;
        }
        for (; bits != 0; bits &= bits - 1) values[found++] = group[BitOperations.TrailingZeroCount(bits)];
        return found;
    }
}
