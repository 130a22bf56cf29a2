using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GspMl.Onnx.Reconstruction;

/// <summary>
/// The kernel under Gram matrices and Cholesky factors: products A·Bᵀ of rows that lie contiguously. A tile of 4 × 4
/// products reads eight rows for sixteen multiply-adds a step, which keeps the arithmetic units busy instead of the cache.
/// </summary>
internal static class DotTile
{
    public const int Side = 4;

    /// <summary>The scalar form, one product, which the tile repeats sixteen times.</summary>
    public static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        ref var x = ref MemoryMarshal.GetReference(a);
        ref var y = ref MemoryMarshal.GetReference(b[..a.Length]);
        var sum = Vector<double>.Zero;
        nuint i = 0;
        for (; i + (nuint)Vector<double>.Count <= (nuint)a.Length; i += (nuint)Vector<double>.Count)
            sum += Vector.LoadUnsafe(ref x, i) * Vector.LoadUnsafe(ref y, i);
        var total = Vector.Sum(sum);
        for (; i < (nuint)a.Length; i++) total += Unsafe.Add(ref x, i) * Unsafe.Add(ref y, i);
        return total;
    }

    /// <summary>
    /// products[4·i + j] = Σₚ a[i·strideA + p] · b[j·strideB + p] for p below <paramref name="length"/>; i and j from 0 to 3.
    /// </summary>
    public static void Products(ReadOnlySpan<double> a, int strideA, ReadOnlySpan<double> b, int strideB, int length, Span<double> products)
    {
        if (length == 0) { products[..(Side * Side)].Clear(); return; }
        _ = a[(3 * strideA) + length - 1];
        _ = b[(3 * strideB) + length - 1];
        ref var a0 = ref MemoryMarshal.GetReference(a);
        ref var b0 = ref MemoryMarshal.GetReference(b);
        for (var half = 0; half < Side; half += 2)
            TwoRows(ref Unsafe.Add(ref a0, half * strideA), strideA, ref b0, strideB, length, products.Slice(half * Side, 2 * Side));
    }

    private static void TwoRows(ref double a, int strideA, ref double b, int strideB, int length, Span<double> products)
    {
        ref var a1 = ref Unsafe.Add(ref a, strideA);
        ref var b1 = ref Unsafe.Add(ref b, strideB);
        ref var b2 = ref Unsafe.Add(ref b, 2 * strideB);
        ref var b3 = ref Unsafe.Add(ref b, 3 * strideB);
        Vector<double> s00 = default, s01 = default, s02 = default, s03 = default, s10 = default, s11 = default, s12 = default,
            s13 = default;
        nuint p = 0;
        for (; p + (nuint)Vector<double>.Count <= (nuint)length; p += (nuint)Vector<double>.Count)
        {
            var (x0, x1) = (Vector.LoadUnsafe(ref a, p), Vector.LoadUnsafe(ref a1, p));
            var y = Vector.LoadUnsafe(ref b, p);
            s00 = Vector.FusedMultiplyAdd(x0, y, s00);
            s10 = Vector.FusedMultiplyAdd(x1, y, s10);
            y = Vector.LoadUnsafe(ref b1, p);
            s01 = Vector.FusedMultiplyAdd(x0, y, s01);
            s11 = Vector.FusedMultiplyAdd(x1, y, s11);
            y = Vector.LoadUnsafe(ref b2, p);
            s02 = Vector.FusedMultiplyAdd(x0, y, s02);
            s12 = Vector.FusedMultiplyAdd(x1, y, s12);
            y = Vector.LoadUnsafe(ref b3, p);
            s03 = Vector.FusedMultiplyAdd(x0, y, s03);
            s13 = Vector.FusedMultiplyAdd(x1, y, s13);
        }
        (products[0], products[1], products[2], products[3]) = (Vector.Sum(s00), Vector.Sum(s01), Vector.Sum(s02), Vector.Sum(s03));
        (products[4], products[5], products[6], products[7]) = (Vector.Sum(s10), Vector.Sum(s11), Vector.Sum(s12), Vector.Sum(s13));
        for (; p < (nuint)length; p++)
        {
            var (x0, x1) = (Unsafe.Add(ref a, p), Unsafe.Add(ref a1, p));
            for (var j = 0; j < Side; j++)
            {
                var y = Unsafe.Add(ref b, (nuint)(j * strideB) + p);
                products[j] += x0 * y;
                products[Side + j] += x1 * y;
            }
        }
    }
}
