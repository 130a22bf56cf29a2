using System.Numerics;
using System.Runtime.CompilerServices;

namespace GspMl.Factorization;

/// <summary>
/// The rows of a matrix, each filled up with zeros to whole vectors of the processor, for sums of few of them: the coefficients of a row
/// are a few hundred such additions, which a call for each would double.
/// </summary>
internal sealed class PaddedRows
{
    private const int Unrolled = 4; // sums at once: as many as hide the latency of an addition
    private readonly double[] values;

    /// <summary>A matrix, row by row, with this many columns.</summary>
    public PaddedRows(double[] rows, int columns)
    {
        Width = (columns + Vector<double>.Count - 1) / Vector<double>.Count * Vector<double>.Count;
        values = new double[rows.Length / columns * Width];
        for (var (from, to) = (0, 0); from < rows.Length; from += columns, to += Width)
            rows.AsSpan(from, columns).CopyTo(values.AsSpan(to));
    }

    /// <summary>The columns with those that fill up.</summary>
    public int Width { get; }

    public ReadOnlySpan<double> Row(int row) => values.AsSpan(row * Width, Width);

    /// <summary>Σ scale_i · row_i, in an order that depends on nothing but the number of rows.</summary>
    /// <param name="rows">Which rows.</param>
    /// <param name="scales">As many numbers.</param>
    /// <param name="sum">Receives the sum: <see cref="Width"/> numbers.</param>
    public void Sum(ReadOnlySpan<int> rows, ReadOnlySpan<double> scales, Span<double> sum)
    {
        ref var first = ref values[0];
        scales = scales[..rows.Length];
        var column = 0;
        for (; column <= Width - (Unrolled * Vector<double>.Count); column += Unrolled * Vector<double>.Count)
            SumWide(ref Unsafe.Add(ref first, column), rows, scales, sum[column..]);
        for (; column < Width; column += Vector<double>.Count)
            SumNarrow(ref Unsafe.Add(ref first, column), rows, scales).CopyTo(sum[column..]);
    }

    /// <summary>Four vectors of columns, two rows at once.</summary>
    private void SumWide(ref double first, ReadOnlySpan<int> rows, ReadOnlySpan<double> scales, Span<double> sum)
    {
        Block even = default, odd = default;
        var i = 0;
        for (; i <= rows.Length - 2; i += 2)
        {
            even.Add(scales[i], ref Unsafe.Add(ref first, rows[i] * Width));
            odd.Add(scales[i + 1], ref Unsafe.Add(ref first, rows[i + 1] * Width));
        }
        if (i < rows.Length) even.Add(scales[i], ref Unsafe.Add(ref first, rows[i] * Width));
        (even.A + odd.A).CopyTo(sum);
        (even.B + odd.B).CopyTo(sum[Vector<double>.Count..]);
        (even.C + odd.C).CopyTo(sum[(2 * Vector<double>.Count)..]);
        (even.D + odd.D).CopyTo(sum[(3 * Vector<double>.Count)..]);
    }

    /// <summary>One vector of columns, four rows at once.</summary>
    private Vector<double> SumNarrow(ref double first, ReadOnlySpan<int> rows, ReadOnlySpan<double> scales)
    {
        var (a, b, c, d) = (Vector<double>.Zero, Vector<double>.Zero, Vector<double>.Zero, Vector<double>.Zero);
        var i = 0;
        for (; i <= rows.Length - Unrolled; i += Unrolled)
        {
            a = Vector.FusedMultiplyAdd(new(scales[i]), At(ref Unsafe.Add(ref first, rows[i] * Width), 0), a);
            b = Vector.FusedMultiplyAdd(new(scales[i + 1]), At(ref Unsafe.Add(ref first, rows[i + 1] * Width), 0), b);
            c = Vector.FusedMultiplyAdd(new(scales[i + 2]), At(ref Unsafe.Add(ref first, rows[i + 2] * Width), 0), c);
            d = Vector.FusedMultiplyAdd(new(scales[i + 3]), At(ref Unsafe.Add(ref first, rows[i + 3] * Width), 0), d);
        }
        for (; i < rows.Length; i++) a = Vector.FusedMultiplyAdd(new(scales[i]), At(ref Unsafe.Add(ref first, rows[i] * Width), 0), a);
        return a + b + (c + d);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<double> At(ref double row, int vector) =>
        Vector.LoadUnsafe(ref row, (nuint)(vector * Vector<double>.Count));

    /// <summary>Four vectors side by side, which stay in registers.</summary>
    private struct Block
    {
        public Vector<double> A, B, C, D;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(double scale, ref double row)
        {
            var factor = new Vector<double>(scale);
            A = Vector.FusedMultiplyAdd(factor, At(ref row, 0), A);
            B = Vector.FusedMultiplyAdd(factor, At(ref row, 1), B);
            C = Vector.FusedMultiplyAdd(factor, At(ref row, 2), C);
            D = Vector.FusedMultiplyAdd(factor, At(ref row, 3), D);
        }
    }
}
