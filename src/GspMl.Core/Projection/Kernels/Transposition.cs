using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using GspMl.LinearAlgebra;

namespace GspMl.Projection.Kernels;

/// <summary>Copies columns of a row-major matrix so that each lies in one piece.</summary>
internal static unsafe class Transposition
{
    private const int Line = 64, Page = 1 << 12;

    /// <summary>Which halves two registers give to one: the lower of each, or the upper.</summary>
    private const byte Lower = 0x20, Upper = 0x31;

    /// <summary>Which pairs they give: the lower of each quarter, or the upper.</summary>
    private const byte LowerPairs = 0x44, UpperPairs = 0xee;

    /// <summary>The specification: entry by entry.</summary>
    public static void Scalar<T>(T* from, long stride, int rows, int columns, T* to, long pitch)
        where T : unmanaged
    {
        for (var column = 0; column < columns; column++)
        {
            for (var row = 0; row < rows; row++) to[column * pitch + row] = from[row * stride + column];
        }
    }

    /// <summary>Square by square, over as many rows at a time as fill a line of memory; the next rows are on their way meanwhile.</summary>
    /// <param name="from">The first row.</param>
    /// <param name="stride">Elements from a row to the next.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="columns">The number of columns.</param>
    /// <param name="to">The first column.</param>
    /// <param name="pitch">Elements from a column to the next.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Copy<T>(T* from, long stride, int rows, int columns, T* to, long pitch)
        where T : unmanaged
    {
        var (row, height, side) = (0, Line / sizeof(T), Side<T>());
        // Rows that are nearer the processor follows by itself.
        var (whole, far) = (columns / side * side, stride * sizeof(T) >= Page);
        for (; Avx.IsSupported && row <= rows - height; row += height, from += height * stride, to += height)
        {
            for (var next = height; far && next < Math.Min(2 * height, rows - row); next++)
                Prefetch.Elements(from + next * stride, columns);
            for (var column = 0; column < whole; column += side)
            {
                for (var part = 0; part < height; part += side)
                    Square(from + part * stride + column, stride, to + column * pitch + part, pitch);
            }
            Scalar(from + whole, stride, height, columns - whole, to + whole * pitch, pitch);
        }
        Scalar(from, stride, rows - row, columns, to, pitch);
    }

    private static int Side<T>()
        where T : unmanaged => typeof(T) == typeof(double) && !Avx512F.IsSupported ? 4 : 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Square<T>(T* from, long stride, T* to, long pitch)
        where T : unmanaged
    {
        if (typeof(T) == typeof(double) && Avx512F.IsSupported) EightByEight((double*)from, stride, (double*)to, pitch);
        else if (typeof(T) == typeof(double)) FourByFour((double*)from, stride, (double*)to, pitch);
        else EightByEight((float*)from, stride, (float*)to, pitch);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FourByFour(double* from, long stride, double* to, long pitch)
    {
        var (a, b) = (Avx.LoadVector256(from), Avx.LoadVector256(from + stride));
        var (c, d) = (Avx.LoadVector256(from + 2 * stride), Avx.LoadVector256(from + 3 * stride));
        var (abEven, abOdd, cdEven, cdOdd) = (Avx.UnpackLow(a, b), Avx.UnpackHigh(a, b), Avx.UnpackLow(c, d), Avx.UnpackHigh(c, d));
        Avx.Store(to, Avx.Permute2x128(abEven, cdEven, Lower));
        Avx.Store(to + pitch, Avx.Permute2x128(abOdd, cdOdd, Lower));
        Avx.Store(to + 2 * pitch, Avx.Permute2x128(abEven, cdEven, Upper));
        Avx.Store(to + 3 * pitch, Avx.Permute2x128(abOdd, cdOdd, Upper));
    }

    /// <summary>Two rows become columns of pairs, even and odd ones; pairs then change places as the entries of four by four.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void EightByEight(double* from, long stride, double* to, long pitch)
    {
        var (r0, r1, r2, r3) = (Vector512.Load(from), Vector512.Load(from + stride), Vector512.Load(from + 2 * stride),
            Vector512.Load(from + 3 * stride));
        from += 4 * stride;
        var (r4, r5, r6, r7) = (Vector512.Load(from), Vector512.Load(from + stride), Vector512.Load(from + 2 * stride),
            Vector512.Load(from + 3 * stride));
        StorePairs(Avx512F.UnpackLow(r0, r1), Avx512F.UnpackLow(r2, r3), Avx512F.UnpackLow(r4, r5), Avx512F.UnpackLow(r6, r7), to,
            2 * pitch);
        StorePairs(Avx512F.UnpackHigh(r0, r1), Avx512F.UnpackHigh(r2, r3), Avx512F.UnpackHigh(r4, r5), Avx512F.UnpackHigh(r6, r7),
            to + pitch, 2 * pitch);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StorePairs(Vector512<double> a, Vector512<double> b, Vector512<double> c, Vector512<double> d, double* to,
        long pitch)
    {
        const byte even = 0x88, odd = 0xdd;
        var (abEven, abOdd, cdEven, cdOdd) = (Avx512F.Shuffle4x128(a, b, even), Avx512F.Shuffle4x128(a, b, odd),
            Avx512F.Shuffle4x128(c, d, even), Avx512F.Shuffle4x128(c, d, odd));
        Avx512F.Shuffle4x128(abEven, cdEven, even).Store(to);
        Avx512F.Shuffle4x128(abOdd, cdOdd, even).Store(to + pitch);
        Avx512F.Shuffle4x128(abEven, cdEven, odd).Store(to + 2 * pitch);
        Avx512F.Shuffle4x128(abOdd, cdOdd, odd).Store(to + 3 * pitch);
    }

    /// <summary>Two rows of four become columns of pairs, these columns of four, and the halves of eight change places.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void EightByEight(float* from, long stride, float* to, long pitch)
    {
        HalfOfEight(from, stride, out var a0, out var a1, out var a2, out var a3);
        HalfOfEight(from + 4 * stride, stride, out var b0, out var b1, out var b2, out var b3);
        Avx.Store(to, Avx.Permute2x128(a0, b0, Lower));
        Avx.Store(to + pitch, Avx.Permute2x128(a1, b1, Lower));
        Avx.Store(to + 2 * pitch, Avx.Permute2x128(a2, b2, Lower));
        Avx.Store(to + 3 * pitch, Avx.Permute2x128(a3, b3, Lower));
        Avx.Store(to + 4 * pitch, Avx.Permute2x128(a0, b0, Upper));
        Avx.Store(to + 5 * pitch, Avx.Permute2x128(a1, b1, Upper));
        Avx.Store(to + 6 * pitch, Avx.Permute2x128(a2, b2, Upper));
        Avx.Store(to + 7 * pitch, Avx.Permute2x128(a3, b3, Upper));
    }

    /// <summary>Of four rows of eight: columns 0 and 4, 1 and 5, 2 and 6, 3 and 7.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void HalfOfEight(float* from, long stride, out Vector256<float> c04, out Vector256<float> c15, out Vector256<float> c26,
        out Vector256<float> c37)
    {
        var (a, b) = (Avx.LoadVector256(from), Avx.LoadVector256(from + stride));
        var (c, d) = (Avx.LoadVector256(from + 2 * stride), Avx.LoadVector256(from + 3 * stride));
        var (abLow, abHigh, cdLow, cdHigh) = (Avx.UnpackLow(a, b), Avx.UnpackHigh(a, b), Avx.UnpackLow(c, d), Avx.UnpackHigh(c, d));
        (c04, c15) = (Avx.Shuffle(abLow, cdLow, LowerPairs), Avx.Shuffle(abLow, cdLow, UpperPairs));
        (c26, c37) = (Avx.Shuffle(abHigh, cdHigh, LowerPairs), Avx.Shuffle(abHigh, cdHigh, UpperPairs));
    }
}
