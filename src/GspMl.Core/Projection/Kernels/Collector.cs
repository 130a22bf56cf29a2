using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GspMl.Projection.Kernels;

/// <summary>
/// Divides a vector by a bracket of thresholds: entries over the upper one are in the support whatever comes and go into sums, entries under
/// the lower one are out, and those between are collected, the only ones that will be looked at again.
/// What is collected may go to the beginning of what it is collected from.
/// </summary>
internal static unsafe class Collector
{
    /// <summary>The specification: entry by entry.</summary>
    /// <returns>The sums of the entries over <paramref name="high"/>, at that threshold.</returns>
    public static ThresholdSums Scalar<T, TWeighting>(in Entries<T> x, double low, double high, T* values, T* weights, ref int count)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TWeighting : struct, IWeighting
    {
        var sums = ThresholdSums.Scalar<T, TWeighting>(x, high);
        for (var j = 0; j < x.Length; j++)
        {
            if (x.Excess(j, low) > 0 && x.Excess(j, high) <= 0) Append<T, TWeighting>(x.Values, x.Weights, j, values, weights, ref count);
        }
        return sums;
    }

    /// <summary>Contiguous entries, eight at a time; <paramref name="values"/> and <paramref name="weights"/> have room for all.</summary>
    public static ThresholdSums Collect<T, TWeighting>(in Entries<T> x, double low, double high, T* values, T* weights, ref int count)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TWeighting : struct, IWeighting
    {
        if (x.Length < 2 * Lanes.Width) return Scalar<T, TWeighting>(x, low, high, values, weights, ref count);
        Vector512<double> p0 = default, q0 = default, w0 = default, p1 = default, q1 = default, w1 = default;
        var (lows, highs) = (Vector512.Create(low), Vector512.Create(high));
        var (scale, weightScale) = (Vector512.Create(x.Scale), Vector512.Create(x.WeightScale));
        var c = x.Values;
        var w = x.Weights;
        var (n, found, j) = (x.Length, count, 0);
        for (; j <= n - 2 * Lanes.Width; j += 2 * Lanes.Width)
        {
            var next = j + Lanes.Width;
            var (first, second) = (Lanes.Magnitudes(c + j, scale), Lanes.Magnitudes(c + next, scale));
            var firstOwn = TWeighting.Weighted ? Lanes.Load(w + j) * weightScale : default;
            var secondOwn = TWeighting.Weighted ? Lanes.Load(w + next) * weightScale : default;
            LaneSums<TWeighting>.Add(first, firstOwn, highs, ref p0, ref q0, ref w0);
            LaneSums<TWeighting>.Add(second, secondOwn, highs, ref p1, ref q1, ref w1);
            var between = Between<TWeighting>(first, firstOwn, lows, highs) | Between<TWeighting>(second, secondOwn, lows, highs) << Lanes.Width;
            for (; between != 0; between &= between - 1) Append<T, TWeighting>(c, w, j + BitOperations.TrailingZeroCount(between), values, weights, ref found);
        }
        count = found;
        var sum = new ThresholdSums(Vector512.Sum(p0 + p1), Vector512.Sum(q0 + q1), Vector512.Sum(w0 + w1));
        return j == n ? sum : sum + Scalar<T, TWeighting>(x.From(j), low, high, values, weights, ref count);
    }

    /// <summary>A bit for each of eight entries over the low threshold and not over the high one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Between<TWeighting>(Vector512<double> magnitudes, Vector512<double> weights, Vector512<double> low, Vector512<double> high)
        where TWeighting : struct, IWeighting
    {
        if (!TWeighting.Weighted) return Lanes.Bits(Vector512.GreaterThan(magnitudes, low) & Vector512.LessThanOrEqual(magnitudes, high));
        var over = Vector512.GreaterThan(Excess.Of<TWeighting>(magnitudes, weights, low), Vector512<double>.Zero);
        return Lanes.Bits(over & Vector512.LessThanOrEqual(Excess.Of<TWeighting>(magnitudes, weights, high), Vector512<double>.Zero));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Append<T, TWeighting>(T* c, T* w, int j, T* values, T* weights, ref int count)
        where T : unmanaged
        where TWeighting : struct, IWeighting
    {
        values[count] = c[j];
        if (TWeighting.Weighted) weights[count] = w[j];
        count++;
    }
}
