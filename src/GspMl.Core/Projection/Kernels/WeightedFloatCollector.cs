using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GspMl.Projection.Kernels;

/// <summary>
/// What <see cref="FloatCollector"/> does, for floats with weights. With them no float divides entries as a double does: so the bracket is
/// widened to floats, what lies surely over it is summed, and the few that lie within it are looked at once more, exactly.
/// </summary>
internal static unsafe class WeightedFloatCollector
{
    private const int Step = 16, Width = 8, Block = 16 * Step;

    /// <summary>Collects and sums, as <see cref="Collector.Collect"/>; not in place.</summary>
    /// <returns>Whether float was wide enough; if it was not, nothing is collected.</returns>
    public static bool TryCollect(in Entries<float> x, double low, double high, float* values, float* weights, ref int count,
        ref Vector512<long> largest, out ThresholdSums sums)
    {
        sums = default;
        var ceiling = MathF.BitIncrement(SplitThreshold.Of(high).Floor);
        if (!float.IsFinite(ceiling)) return false;
        var (within, whole) = (0, PlainSweep.IsFast ? x.Length : x.Length & -Width);
        var found = new Entries<float>(values + count, weights + count, 0, 1, 1);
        var over = Sweep(x, whole, SplitThreshold.Of(low).Floor, ceiling, found, ref within, out var support, out var magnitude);
        if (!IsHeld(over, support)) return false;
        sums = over.Lowered(ceiling - high);
        largest = Vector512.Max(largest, Vector512.CreateScalar(BitConverter.DoubleToInt64Bits(magnitude)));
        var (exact, unseen) = (0, Vector512<long>.Zero);
        // With zeros up to a full number of lanes, which are never kept.
        Candidates<float>.Pad(found.Values, found.Weights, within);
        sums += Collector.Collect<float, Weighted>(new(found.Values, found.Weights, Candidates<float>.Padded(within), 1, 1), low, high,
            found.Values, found.Weights, ref exact, ref unseen);
        count += exact;
        if (whole < x.Length)
            sums += Collector.Scalar<float, Weighted>(x.From(whole), low, high, values, weights, ref count, ref largest);
        return true;
    }

    /// <summary>Sums alone, of weights that need no scale.</summary>
    /// <returns>Whether float was wide enough.</returns>
    public static bool TrySum(in Entries<float> x, double tau, out ThresholdSums sums)
    {
        sums = default;
        var ceiling = MathF.BitIncrement(SplitThreshold.Of(tau).Floor);
        if (!float.IsFinite(ceiling)) return false;
        var none = 0;
        var over = WeightedSweep.Over<float, KeepsNone>(x, ceiling, ceiling, null, null, ref none, out var support, out _);
        sums = over.Lowered(ceiling - tau);
        return IsHeld(over, support);
    }

    private static ThresholdSums Sweep(in Entries<float> x, int whole, float low, float high, in Entries<float> to, ref int count,
        out long support, out double magnitude) =>
        PlainSweep.IsFast ? WeightedSweep.Collect(x, low, high, to.Values, to.Weights, ref count, out support, out magnitude)
            : Blocks(x, whole, low, high, to, ref count, out support, out magnitude);

    /// <summary>Whether nothing that counts was lost to the ends of float.</summary>
    public static bool IsHeld(ThresholdSums over, long support) =>
        support == 0 || (IsHeld(over.P) && IsHeld(over.Q) && IsHeld(over.W));

    private static bool IsHeld(double sum) => sum is > FloatCollector.LeastSum and < FloatCollector.MostSum;

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static ThresholdSums Blocks(in Entries<float> x, int n, float low, float high, in Entries<float> to, ref int count,
        out long support, out double magnitude)
    {
        float* c = x.Values, w = x.Weights, values = to.Values, weights = to.Weights;
        var (p, q, ww, found) = (Vector256<double>.Zero, Vector256<double>.Zero, Vector256<double>.Zero, 0);
        var (lows, highs, bits, n0) = (Vector256.Create(-low), Vector256.Create(-high), Vector256<int>.Zero, Vector256<int>.Zero);
        // Where a product falls under the range of float an excess may be 0 that is not.
        var least = Vector256.Create(low == 0 ? float.Epsilon : 0);
        for (var j = 0; j < n;)
        {
            Vector256<float> p0 = default, p1 = default, q0 = default, q1 = default, w0 = default, w1 = default;
            var end = Math.Min(n, j + Block);
            for (; j <= end - Step; j += Step)
            {
                var (c0, c1) = (Vector256.Load(c + j), Vector256.Load(c + j + Width));
                var (own0, own1) = (Vector256.Load(w + j), Vector256.Load(w + j + Width));
                var b0 = Add(c0, own0, lows, highs, least, ref p0, ref q0, ref w0, ref n0, ref bits);
                var b1 = Add(c1, own1, lows, highs, least, ref p1, ref q1, ref w1, ref n0, ref bits);
                FloatCollector.Store(weights + found, b0, own0);
                found += FloatCollector.Store(values + found, b0, c0);
                FloatCollector.Store(weights + found, b1, own1);
                found += FloatCollector.Store(values + found, b1, c1);
            }
            for (; j < end; j += Width)
            {
                var (last, own) = (Vector256.Load(c + j), Vector256.Load(w + j));
                var b = Add(last, own, lows, highs, least, ref p0, ref q0, ref w0, ref n0, ref bits);
                FloatCollector.Store(weights + found, b, own);
                found += FloatCollector.Store(values + found, b, last);
            }
            p += FloatCollector.Widened(p0) + FloatCollector.Widened(p1);
            q += FloatCollector.Widened(q0) + FloatCollector.Widened(q1);
            ww += FloatCollector.Widened(w0) + FloatCollector.Widened(w1);
        }
        (count, support, magnitude) = (found, -Vector256.Sum(n0), BitConverter.Int32BitsToSingle(FloatCollector.Largest(bits)));
        return new(Vector256.Sum(p), Vector256.Sum(q), Vector256.Sum(ww));
    }

    /// <summary>Adds what exceeds the high threshold.</summary>
    /// <returns>Which of the other entries may exceed the low one.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Add(Vector256<float> values, Vector256<float> weights, Vector256<float> low, Vector256<float> high,
        Vector256<float> least, ref Vector256<float> p, ref Vector256<float> q, ref Vector256<float> w, ref Vector256<int> support,
        ref Vector256<int> largest)
    {
        var magnitudes = Vector256.Abs(values);
        largest = Vector256.Max(largest, magnitudes.AsInt32());
        var excess = Vector256.FusedMultiplyAdd(high, weights, magnitudes);
        var over = Vector256.GreaterThan(excess, Vector256<float>.Zero).AsInt32();
        var d = (excess.AsInt32() & over).AsSingle();
        p = Vector256.FusedMultiplyAdd(weights, d, p);
        q = Vector256.FusedMultiplyAdd(d, d, q);
        w = Vector256.FusedMultiplyAdd(weights, (weights.AsInt32() & over).AsSingle(), w);
        support += over;
        var overLow = Vector256.GreaterThanOrEqual(Vector256.FusedMultiplyAdd(low, weights, magnitudes), least).AsInt32();
        return Vector256.AndNot(overLow, over);
    }
}
