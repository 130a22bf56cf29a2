using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GspMl.Projection.Kernels;

/// <summary>
/// What <see cref="Collector"/> does, for plain floats and in their own arithmetic: twice as many entries fit into a register, and none has
/// to be widened. Sums run over a block of entries, few enough that rounding stays near that of one operation, and are widened there.
/// Magnitudes are compared with the largest floats under the thresholds, which is exact. The loops are optimised at once: code that was
/// begun unoptimised and replaced in mid-loop was seen to take three times as long for good.
/// </summary>
internal static unsafe class FloatCollector
{
    /// <summary>Shorter vectors lose more to the beginning and the end than they gain.</summary>
    public const int Least = 2 * Step;

    /// <summary>
    /// Entries that are looked at together; where there is a branch to what lies between, it is taken once for all of them.
    /// </summary>
    private const int Step = 32;

    private const int Width = 8, Block = 16 * Step;

    /// <summary>
    /// Where the squares of a vector's excesses add up to a number in here, none that counts was lost to the ends of float.
    /// </summary>
    public const double LeastSum = 1.0 / (1L << 40) / (1L << 40), MostSum = (double)(1L << 50) * (1L << 50);

    /// <summary>Collects and sums, as <see cref="Collector.Collect"/>; not in place.</summary>
    /// <returns>Whether float was wide enough; if it was not, nothing is collected.</returns>
    public static bool TryCollect(in Entries<float> x, double low, double high, float* values, ref int count,
        ref Vector512<long> largest, out ThresholdSums sums)
    {
        var (at, whole) = (count, PlainSweep.IsFast ? x.Length : x.Length & -Width);
        var (least, floor) = (SplitThreshold.Of(low).Floor, SplitThreshold.Of(high).Floor);
        double magnitude;
        var over = PlainSweep.IsFast ? PlainSweep.Collect(x.Values, whole, least, floor, values, ref at, out magnitude)
            : Blocks(x.Values, whole, least, floor, values, ref at, out magnitude);
        // From the float below the threshold to the threshold itself.
        sums = over.Lowered(floor - high);
        if (!IsHeld(over, sums)) return false;
        count = at;
        largest = Vector512.Max(largest, Vector512.CreateScalar(BitConverter.DoubleToInt64Bits(magnitude)));
        if (whole < x.Length) sums += Collector.Scalar<float, Plain>(x.From(whole), low, high, values, null, ref count, ref largest);
        return true;
    }

    /// <summary>Sums alone.</summary>
    /// <returns>Whether float was wide enough.</returns>
    public static bool TrySum(in Entries<float> x, double tau, out ThresholdSums sums)
    {
        var (floor, none) = (SplitThreshold.Of(tau).Floor, 0);
        var over = PlainSweep.Over<float, KeepsNone>(x.Values, x.Length, floor, floor, null, ref none, out _);
        sums = over.Lowered(floor - tau);
        return IsHeld(over, sums);
    }

    /// <summary>Whether nothing that counts was lost to the ends of float.</summary>
    public static bool IsHeld(ThresholdSums over, ThresholdSums atThreshold) =>
        over.W == 0 || (over.Q is > LeastSum and < MostSum && atThreshold.P > 0.5 * over.P);

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static ThresholdSums Blocks(float* c, int n, float low, float high, float* values, ref int count, out double magnitude)
    {
        var (p, q, support, found) = (Vector256<double>.Zero, Vector256<double>.Zero, 0L, count);
        var (lows, highs, bits) = (Vector256.Create(low), Vector256.Create(high), Vector256<int>.Zero);
        for (var j = 0; j < n;)
        {
            Vector256<float> p0 = default, p1 = default, q0 = default, q1 = default;
            Vector256<int> n0 = default, n1 = default;
            var end = Math.Min(n, j + Block);
            for (; j <= end - Step; j += Step)
            {
                var (c0, c1) = (Vector256.Load(c + j), Vector256.Load(c + j + Width));
                var (c2, c3) = (Vector256.Load(c + j + 2 * Width), Vector256.Load(c + j + 3 * Width));
                var b0 = Add(c0, lows, highs, ref p0, ref q0, ref n0, ref bits);
                var b1 = Add(c1, lows, highs, ref p1, ref q1, ref n1, ref bits);
                var b2 = Add(c2, lows, highs, ref p0, ref q0, ref n0, ref bits);
                var b3 = Add(c3, lows, highs, ref p1, ref q1, ref n1, ref bits);
                if (((b0 | b1) | (b2 | b3)) == Vector256<int>.Zero) continue;
                found += Store(values + found, b0, c0);
                found += Store(values + found, b1, c1);
                found += Store(values + found, b2, c2);
                found += Store(values + found, b3, c3);
            }
            for (; j < end; j += Width)
            {
                var last = Vector256.Load(c + j);
                found += Store(values + found, Add(last, lows, highs, ref p0, ref q0, ref n0, ref bits), last);
            }
            p += Widened(p0) + Widened(p1);
            q += Widened(q0) + Widened(q1);
            support -= Vector256.Sum(n0 + n1);
        }
        count = found;
        magnitude = BitConverter.Int32BitsToSingle(Largest(bits));
        return new(Vector256.Sum(p), Vector256.Sum(q), support);
    }

    /// <summary>Adds what exceeds the high threshold.</summary>
    /// <returns>Which entries lie between the thresholds.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Add(Vector256<float> values, Vector256<float> low, Vector256<float> high, ref Vector256<float> p,
        ref Vector256<float> q, ref Vector256<int> support, ref Vector256<int> largest)
    {
        var magnitudes = Vector256.Abs(values);
        largest = Vector256.Max(largest, magnitudes.AsInt32());
        var over = Vector256.GreaterThan(magnitudes, high).AsInt32();
        var d = ((magnitudes - high).AsInt32() & over).AsSingle();
        p += d;
        q = Vector256.FusedMultiplyAdd(d, d, q);
        support += over;
        return Vector256.AndNot(Vector256.GreaterThan(magnitudes, low).AsInt32(), over);
    }

    /// <summary>Stores the selected entries side by side.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Store(float* to, Vector256<int> selected, Vector256<float> values)
    {
        var bits = Vector256.ExtractMostSignificantBits(selected);
        if (bits != 0) StoreEach(to, bits, values);
        return BitOperations.PopCount(bits);
    }

    private static void StoreEach(float* to, uint bits, Vector256<float> values)
    {
        var lanes = stackalloc float[Width];
        values.Store(lanes);
        for (; bits != 0; bits &= bits - 1) *to++ = lanes[BitOperations.TrailingZeroCount(bits)];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Widened(Vector256<float> sums)
    {
        var (lower, upper) = Vector256.Widen(sums);
        return lower + upper;
    }

    public static int Largest(Vector256<int> bits)
    {
        var largest = 0;
        for (var lane = 0; lane < Width; lane++) largest = Math.Max(largest, bits[lane]);
        return largest;
    }
}
