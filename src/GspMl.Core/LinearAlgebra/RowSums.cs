using System.Numerics;
using System.Runtime.Intrinsics;

namespace GspMl.LinearAlgebra;

/// <summary>Σx and Σx² in double, of values that must be finite and at least 0.</summary>
internal static class RowSums
{
    /// <returns>False where a value is negative, NaN or infinite; the sums mean nothing then.</returns>
    public static bool TryGet<T>(ReadOnlySpan<T> row, out double sum, out double squares)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var largest = typeof(T) == typeof(float) ? T.CreateTruncating(float.MaxValue) : T.CreateTruncating(double.MaxValue);
        var (good, high) = (Vector512<T>.AllBitsSet, Vector512.Create(largest));
        Vector512<double> s0 = default, s1 = default, q0 = default, q1 = default;
        var i = 0;
        for (; i <= row.Length - Vector512<T>.Count; i += Vector512<T>.Count)
        {
            var x = Vector512.Create(row[i..]);
            good &= Vector512.GreaterThanOrEqual(x, Vector512<T>.Zero) & Vector512.LessThanOrEqual(x, high); // false for NaN
            var (low, up) = typeof(T) == typeof(float) ? Vector512.Widen(x.AsSingle()) : (x.AsDouble(), Vector512<double>.Zero);
            s0 += low;
            s1 += up;
            q0 = Lane.MultiplyAdd(low, low, q0);
            q1 = Lane.MultiplyAdd(up, up, q1);
        }
        (sum, squares) = (Vector512.Sum(s0 + s1), Vector512.Sum(q0 + q1));
        var all = Vector512.EqualsAll(good.AsByte(), Vector512<byte>.AllBitsSet); // as numbers, all bits set are NaN
        for (; i < row.Length; i++)
        {
            all &= row[i] >= T.Zero && row[i] <= largest;
            var x = double.CreateTruncating(row[i]);
            sum += x;
            squares += x * x;
        }
        return all;
    }
}
