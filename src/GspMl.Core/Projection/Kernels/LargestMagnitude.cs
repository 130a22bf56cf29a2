using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GspMl.Projection.Kernels;

/// <summary>
/// The largest magnitude, found by comparing bit patterns as integers: they sort as magnitudes do, with infinity and NaN above all numbers,
/// so that one pass also tells whether every entry is finite.
/// </summary>
internal static unsafe class LargestMagnitude
{
    /// <summary>The specification: infinity or NaN if any entry is.</summary>
    public static double Scalar<T>(T* values, long count)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var largest = 0L;
        for (var j = 0L; j < count; j++)
            largest = Math.Max(largest, BitConverter.DoubleToInt64Bits(Math.Abs(double.CreateTruncating(values[j]))));
        return BitConverter.Int64BitsToDouble(largest);
    }

    /// <summary>Of contiguous entries.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static double Of<T>(T* values, int count)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        typeof(T) == typeof(double)
            ? BitConverter.Int64BitsToDouble(OfBits((long*)values, count, long.MaxValue))
            : BitConverter.Int32BitsToSingle(OfBits((int*)values, count, int.MaxValue));

    /// <summary>The larger of two magnitudes, infinity and NaN above all numbers.</summary>
    public static double OfTwo(double a, double b) =>
        BitConverter.Int64BitsToDouble(Math.Max(BitConverter.DoubleToInt64Bits(a), BitConverter.DoubleToInt64Bits(b)));

    /// <summary>The largest of eight magnitudes, given as bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double OfLanes(Vector512<long> bits)
    {
        var four = Vector256.Max(bits.GetLower(), bits.GetUpper());
        var two = Vector128.Max(four.GetLower(), four.GetUpper());
        return BitConverter.Int64BitsToDouble(Math.Max(two[0], two[1]));
    }

    /// <summary>The first entry of this magnitude.</summary>
    public static int FirstAt<T>(T* values, int count, double magnitude)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(double))
            return new ReadOnlySpan<long>(values, count).IndexOfAny(
                BitConverter.DoubleToInt64Bits(magnitude), BitConverter.DoubleToInt64Bits(-magnitude));
        return new ReadOnlySpan<int>(values, count).IndexOfAny(
            BitConverter.SingleToInt32Bits((float)magnitude), BitConverter.SingleToInt32Bits(-(float)magnitude));
    }

    private static TBits OfBits<TBits>(TBits* bits, int count, TBits signless)
        where TBits : unmanaged, IBinaryInteger<TBits>
    {
        var largest = TBits.Zero;
        var j = 0;
        if (count >= 2 * Vector512<TBits>.Count)
        {
            var mask = Vector512.Create(signless);
            var (even, odd) = (Vector512<TBits>.Zero, Vector512<TBits>.Zero);
            for (; j <= count - 2 * Vector512<TBits>.Count; j += 2 * Vector512<TBits>.Count)
            {
                even = Vector512.Max(even, Vector512.Load(bits + j) & mask);
                odd = Vector512.Max(odd, Vector512.Load(bits + j + Vector512<TBits>.Count) & mask);
            }
            even = Vector512.Max(even, odd);
            for (; j <= count - Vector512<TBits>.Count; j += Vector512<TBits>.Count)
                even = Vector512.Max(even, Vector512.Load(bits + j) & mask);
            var half = Vector256.Max(even.GetLower(), even.GetUpper());
            var quarter = Vector128.Max(half.GetLower(), half.GetUpper());
            for (var lane = 0; lane < Vector128<TBits>.Count; lane++) largest = TBits.Max(largest, quarter[lane]);
        }
        for (; j < count; j++) largest = TBits.Max(largest, bits[j] & signless);
        return largest;
    }
}
