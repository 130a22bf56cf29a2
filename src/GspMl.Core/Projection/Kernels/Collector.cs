using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GspMl.Projection.Kernels;

/// <summary>
/// Divides a vector by a bracket of thresholds: entries over the upper one are in the support whatever comes and go into sums, entries
/// under the lower one are out, and those between are collected, the only ones that will be looked at again. On the way it finds the
/// largest magnitude, before scaling, since the data is read from memory here for the first time. What is collected may go to the beginning
/// of what it is collected from.
/// </summary>
internal static unsafe class Collector
{
    /// <summary>The specification: entry by entry.</summary>
    /// <returns>The sums of the entries over <paramref name="high"/>, at that threshold.</returns>
    public static ThresholdSums Scalar<T, TWeighting>(in Entries<T> x, double low, double high, T* values, T* weights, ref int count,
        ref Vector512<long> largest)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TWeighting : struct, IWeighting
    {
        largest = Vector512.Max(largest, Vector512.CreateScalar(
            BitConverter.DoubleToInt64Bits(LargestMagnitude.Scalar(x.Values, x.Length))));
        var sums = ThresholdSums.Scalar<T, TWeighting>(x, high);
        for (var j = 0; j < x.Length; j++)
        {
            if (x.Excess(j, low) > 0 && x.Excess(j, high) <= 0) Append<T, TWeighting>(x.Values, x.Weights, j, values, weights, ref count);
        }
        return sums;
    }

    /// <summary>
    /// Contiguous entries, eight at a time. <paramref name="values"/> and <paramref name="weights"/> have room for all, and for eight more
    /// that are stored with the last and do not count.
    /// </summary>
    /// <param name="x">The entries.</param>
    /// <param name="low">The lower threshold.</param>
    /// <param name="high">The upper threshold.</param>
    /// <param name="values">Receives what lies between, from <paramref name="count"/> on.</param>
    /// <param name="weights">Receives their weights.</param>
    /// <param name="count">Grows by the number of entries found.</param>
    /// <param name="largest">The bits of magnitudes, the largest of which is to be kept; see <see cref="LargestMagnitude"/>.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static ThresholdSums Collect<T, TWeighting>(in Entries<T> x, double low, double high, T* values, T* weights, ref int count,
        ref Vector512<long> largest)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TWeighting : struct, IWeighting
    {
        if (typeof(T) == typeof(float) && typeof(TWeighting) != typeof(WeightedCount) && x.Length >= FloatCollector.Least
            && values != x.Values && TryInFloat<T, TWeighting>(x, low, high, values, weights, ref count, ref largest, out var inFloat))
            return inFloat;
        if (typeof(TWeighting) == typeof(Plain) && IsSwept(x))
        {
            var swept = Doubles(x, low, high, (double*)values, ref count, out var magnitude);
            largest = Vector512.Max(largest, Vector512.CreateScalar(BitConverter.DoubleToInt64Bits(magnitude)));
            return swept;
        }
        if (TWeighting.Weighted && WeightedSweep.Holds(x))
        {
            var swept = Doubles<T, TWeighting>(x, low, high, (double*)values, (double*)weights, ref count, out var magnitude);
            largest = Vector512.Max(largest, Vector512.CreateScalar(BitConverter.DoubleToInt64Bits(magnitude)));
            return swept;
        }
        Vector512<double> p0 = default, q0 = default, w0 = default, p1 = default, q1 = default, w1 = default;
        var (lows, highs) = (Vector512.Create(low), Vector512.Create(high));
        var (scale, weightScale) = (Vector512.Create(x.Scale), Vector512.Create(x.WeightScale));
        var c = x.Values;
        var w = x.Weights;
        var (n, found, j, bits) = (x.Length, count, 0, largest);
        for (; j <= n - 2 * Lanes.Width; j += 2 * Lanes.Width)
        {
            // Both are read before anything is stored: what is collected may go to where they are.
            var next = j + Lanes.Width;
            var (first, second) = (Lanes.Load(c + j), Lanes.Load(c + next));
            var firstOwn = TWeighting.Weighted ? Lanes.Load(w + j) : default;
            var secondOwn = TWeighting.Weighted ? Lanes.Load(w + next) : default;
            Step<T, TWeighting>(first, firstOwn, scale, weightScale, lows, highs, values, weights, ref found, ref bits, ref p0, ref q0,
                ref w0);
            Step<T, TWeighting>(second, secondOwn, scale, weightScale, lows, highs, values, weights, ref found, ref bits, ref p1, ref q1,
                ref w1);
        }
        if (j <= n - Lanes.Width)
        {
            var (last, lastOwn) = (Lanes.Load(c + j), TWeighting.Weighted ? Lanes.Load(w + j) : default);
            Step<T, TWeighting>(last, lastOwn, scale, weightScale, lows, highs, values, weights, ref found, ref bits, ref p0, ref q0,
                ref w0);
            j += Lanes.Width;
        }
        (count, largest) = (found, bits);
        var sum = new ThresholdSums(Vector512.Sum(p0 + p1), Vector512.Sum(q0 + q1), Vector512.Sum(w0 + w1));
        return j == n ? sum : sum + Scalar<T, TWeighting>(x.From(j), low, high, values, weights, ref count, ref largest);
    }

    /// <summary>Whether plain entries are doubles that <see cref="PlainSweep"/> takes as they are.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsSwept<T>(in Entries<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        typeof(T) == typeof(double) && PlainSweep.IsFast && x.Scale == 1 && x.Length >= Lanes.Width;

    /// <summary>Collects and sums plain doubles that are swept.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ThresholdSums Doubles<T>(in Entries<T> x, double low, double high, double* values, ref int count, out double magnitude)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => PlainSweep.Collect((double*)x.Values, x.Length, low, high, values, ref count, out magnitude);

    /// <summary>The same of doubles with weights.</summary>
    private static ThresholdSums Doubles<T, TWeighting>(in Entries<T> x, double low, double high, double* values, double* weights,
        ref int count, out double magnitude)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TWeighting : struct, IWeighting
    {
        var doubles = new Entries<double>((double*)x.Values, (double*)x.Weights, x.Length, 1, 1);
        var sums = WeightedSweep.Collect(doubles, low, high, values, weights, ref count, out var support, out magnitude);
        return TWeighting.Counts ? sums with { W = support } : sums;
    }

    private static bool TryInFloat<T, TWeighting>(in Entries<T> x, double low, double high, T* values, T* weights, ref int count,
        ref Vector512<long> largest, out ThresholdSums sums)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TWeighting : struct, IWeighting
    {
        var floats = new Entries<float>((float*)x.Values, (float*)x.Weights, x.Length, x.Scale, x.WeightScale);
        return TWeighting.Weighted
            ? WeightedFloatCollector.TryCollect(floats, low, high, (float*)values, (float*)weights, ref count, ref largest, out sums)
            : FloatCollector.TryCollect(floats, low, high, (float*)values, ref count, ref largest, out sums);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step<T, TWeighting>(
        Vector512<double> values, Vector512<double> weights, Vector512<double> scale, Vector512<double> weightScale, Vector512<double> low,
        Vector512<double> high,
        T* within, T* weightsWithin, ref int found, ref Vector512<long> largest, ref Vector512<double> p, ref Vector512<double> q,
        ref Vector512<double> w)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TWeighting : struct, IWeighting
    {
        var magnitudes = Vector512.Abs(values);
        largest = Vector512.Max(largest, magnitudes.AsInt64());
        magnitudes = Lanes.Scaled<T>(magnitudes, scale);
        var own = TWeighting.Weighted ? Lanes.Scaled<T>(weights, weightScale) : default;
        LaneSums<TWeighting>.Add(magnitudes, own, high, ref p, ref q, ref w);
        var between = Between<TWeighting>(magnitudes, own, low, high);
        if (TWeighting.Weighted) Lanes.StoreSelected(weightsWithin + found, between, weights);
        found += Lanes.StoreSelected(within + found, between, values);
    }

    /// <summary>The first entry from <paramref name="start"/> on that would be collected; <c>x.Length</c> if there is none.</summary>
    public static int NextBetween<T>(in Entries<T> x, int start, double low, double high)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        x.Weights == null ? NextBetween<T, Plain>(x, start, low, high) : NextBetween<T, Weighted>(x, start, low, high);

    private static int NextBetween<T, TWeighting>(in Entries<T> x, int start, double low, double high)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TWeighting : struct, IWeighting
    {
        var (lows, highs) = (Vector512.Create(low), Vector512.Create(high));
        var (scale, weightScale, j) = (Vector512.Create(x.Scale), Vector512.Create(x.WeightScale), start);
        for (; j <= x.Length - Lanes.Width; j += Lanes.Width)
        {
            var own = TWeighting.Weighted ? Lanes.Weights(x.Weights + j, weightScale) : default;
            var between = Lanes.Bits(Between<TWeighting>(Lanes.Magnitudes(x.Values + j, scale), own, lows, highs));
            if (between != 0) return j + BitOperations.TrailingZeroCount(between);
        }
        while (j < x.Length && !(x.Excess(j, low) > 0 && x.Excess(j, high) <= 0)) j++;
        return j;
    }

    /// <summary>Which of eight entries are over the low threshold and not over the high one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Between<TWeighting>(Vector512<double> magnitudes, Vector512<double> weights, Vector512<double> low,
        Vector512<double> high)
        where TWeighting : struct, IWeighting
    {
        if (!TWeighting.Weighted) return Vector512.GreaterThan(magnitudes, low) & Vector512.LessThanOrEqual(magnitudes, high);
        var over = Vector512.GreaterThan(Excess.Of<TWeighting>(magnitudes, weights, low), Vector512<double>.Zero);
        return over & Vector512.LessThanOrEqual(Excess.Of<TWeighting>(magnitudes, weights, high), Vector512<double>.Zero);
    }

    private static void Append<T, TWeighting>(T* c, T* w, int j, T* values, T* weights, ref int count)
        where T : unmanaged
        where TWeighting : struct, IWeighting
    {
        values[count] = c[j];
        if (TWeighting.Weighted) weights[count] = w[j];
        count++;
    }
}
