using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace GspMl.Factorization;

/// <summary>
/// The rows of a matrix, each filled up with zeros to whole blocks, for sums of few of them in double: the coefficients of a row are a few
/// hundred such additions, which a call for each would double. A wide block is as many vectors as hide the latency of an addition.
/// </summary>
/// <typeparam name="T">
/// <see cref="float"/> or <see cref="double"/>: floats take half the room in the cache, and are widened as they come.
/// </typeparam>
internal sealed class PaddedRows<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Narrow = 2 * Lanes, Wide = 6 * Lanes, Lanes = 4;
    private readonly T[] values;

    /// <summary>A matrix, row by row, with this many columns.</summary>
    public PaddedRows(T[] rows, int columns)
    {
        var rest = columns % Wide;
        Width = columns - rest + (rest == 0 ? 0 : rest <= Narrow ? Narrow : Wide);
        values = new T[rows.Length / columns * Width];
        for (var (from, to) = (0, 0); from < rows.Length; from += columns, to += Width)
            rows.AsSpan(from, columns).CopyTo(values.AsSpan(to));
    }

    /// <summary>The columns with those that fill up.</summary>
    public int Width { get; }

    public ReadOnlySpan<T> Row(int row) => values.AsSpan(row * Width, Width);

    /// <summary>Σ scale_i · row_i over the rows named, in their order; numbers that are 0 are passed over.</summary>
    /// <param name="rows">Which rows; none for all of them.</param>
    /// <param name="scales">A number for each.</param>
    /// <param name="sum">Receives the sum: <see cref="Width"/> numbers.</param>
    public void Sum(ReadOnlySpan<int> rows, ReadOnlySpan<T> scales, Span<double> sum)
    {
        if (!rows.IsEmpty && rows.Length != scales.Length)
            throw new ArgumentException($"There are {rows.Length} rows and {scales.Length} numbers.");
        var column = 0;
        for (; column <= Width - Wide; column += Wide) SumWide(column, rows, scales, sum[column..]);
        for (; column < Width; column += Narrow) SumNarrow(column, rows, scales, sum[column..]);
    }

    private void SumNarrow(int column, ReadOnlySpan<int> rows, ReadOnlySpan<T> scales, Span<double> sum)
    {
        ref var first = ref values[column];
        Vector256<double> a = default, b = default;
        for (var i = 0; i < scales.Length; i++)
        {
            if (scales[i] == T.Zero) continue;
            ref var row = ref Unsafe.Add(ref first, (rows.IsEmpty ? i : rows[i]) * Width);
            var factor = Vector256.Create(double.CreateTruncating(scales[i]));
            a = Vector256.FusedMultiplyAdd(factor, At(ref row, 0), a);
            b = Vector256.FusedMultiplyAdd(factor, At(ref row, 1), b);
        }
        a.CopyTo(sum);
        b.CopyTo(sum[Lanes..]);
    }

    private void SumWide(int column, ReadOnlySpan<int> rows, ReadOnlySpan<T> scales, Span<double> sum)
    {
        ref var first = ref values[column];
        Vector256<double> a = default, b = default, c = default, d = default, e = default, f = default;
        for (var i = 0; i < scales.Length; i++)
        {
            if (scales[i] == T.Zero) continue;
            ref var row = ref Unsafe.Add(ref first, (rows.IsEmpty ? i : rows[i]) * Width);
            var factor = Vector256.Create(double.CreateTruncating(scales[i]));
            a = Vector256.FusedMultiplyAdd(factor, At(ref row, 0), a);
            b = Vector256.FusedMultiplyAdd(factor, At(ref row, 1), b);
            c = Vector256.FusedMultiplyAdd(factor, At(ref row, 2), c);
            d = Vector256.FusedMultiplyAdd(factor, At(ref row, 3), d);
            e = Vector256.FusedMultiplyAdd(factor, At(ref row, 4), e);
            f = Vector256.FusedMultiplyAdd(factor, At(ref row, 5), f);
        }
        a.CopyTo(sum);
        b.CopyTo(sum[Lanes..]);
        c.CopyTo(sum[(2 * Lanes)..]);
        d.CopyTo(sum[(3 * Lanes)..]);
        e.CopyTo(sum[(4 * Lanes)..]);
        f.CopyTo(sum[(5 * Lanes)..]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> At(ref T row, int vector)
    {
        if (typeof(T) == typeof(double)) return Vector256.LoadUnsafe(ref Unsafe.As<T, double>(ref row), (nuint)(vector * Lanes));
        var narrow = Vector128.LoadUnsafe(ref Unsafe.As<T, float>(ref row), (nuint)(vector * Lanes));
        return Avx.IsSupported
            ? Avx.ConvertToVector256Double(narrow)
            : Vector256.Create(Vector128.WidenLower(narrow), Vector128.WidenUpper(narrow));
    }
}
