using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using GspMl.LinearAlgebra;

namespace GspMl.Projection.Kernels;

/// <summary>
/// <see cref="PlainSweep"/> and <see cref="WeightedSweep"/> across interleaved vectors: a lane is a column of a row-major matrix, which is
/// read along its rows, a few rows at a time, so that sums and thresholds are fetched once for them. Nothing is copied but what lies
/// between the thresholds.
/// </summary>
internal static unsafe class ColumnSweep
{
    /// <summary>The most rows that are swept together: as many as lines of the first cache that fall on the same place.</summary>
    public const int MostRows = 8;

    /// <summary>Rows whose sums may run in float, before they are widened.</summary>
    private const int Block = 4 * MostRows;

    /// <summary>Bytes between rows under which copying columns into one piece first is the better way.</summary>
    private const int Far = 1 << 12;

    /// <summary>Where the upper threshold is so many times the lower one, copying and packing takes as long.</summary>
    private const double Wide = 1.12;

    /// <summary>How many of the columns fill registers that are wide enough: the first ones.</summary>
    public static int Whole<T>(int columns)
        where T : unmanaged => PlainSweep.IsFast ? columns & -Vector512<T>.Count : 0;

    /// <summary>
    /// Whether a sweep is better than copying columns: if rows are far apart, and so little lies between the thresholds that it is picked
    /// faster than packed. Narrow registers are too few for doubles with weights of their own.
    /// </summary>
    public static bool Pays<T>(int columns, long stride, bool ownWeights, double low, double high)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Whole<T>(columns) > 0 && IsFar<T>(stride) && high < Wide * low
            && (Registers512<T>.AreThere || !ownWeights || typeof(T) == typeof(float));

    /// <summary>Whether rows are so far apart that a sweep may pay.</summary>
    public static bool IsFar<T>(long stride)
        where T : unmanaged => stride * sizeof(T) >= Far;

    /// <summary>Sweeps over some rows of all columns.</summary>
    /// <param name="matrix">The rows; see <see cref="Whole"/>.</param>
    /// <param name="to">Thresholds, and what is found; see <see cref="ColumnSums{T}.Begin"/>.</param>
    public static void Over<T, TOwning>(in ColumnRows<T> matrix, ColumnSums<T> to)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TOwning : struct, IOwning
    {
        // Weights of their own fall on the same places.
        var (whole, most) = (matrix.Rows & -2, TOwning.Owns ? MostRows / 2 : MostRows);
        for (var row = 0; row < whole; row += most)
        {
            var rows = Math.Min(most, whole - row);
            Sweep<T, TOwning>(matrix.From(row), rows, Math.Min(most, whole - row - rows), to);
            if ((row + most) % Block == 0) to.Widen();
        }
        if (whole < matrix.Rows) Sweep<T, TOwning>(to.Paired(matrix.From(whole)), 2, 0, to);
        to.Widen();
    }

    /// <summary>Some pairs of rows, of which then all that was marked is fetched.</summary>
    private static void Sweep<T, TOwning>(in ColumnRows<T> matrix, int rows, int next, ColumnSums<T> to)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TOwning : struct, IOwning
    {
        var (found, pair, width) = (Pairs<T, TOwning>(matrix, rows, next, to), (uint)(2 * matrix.Columns), (uint)Vector512<T>.Count);
        to.Reserve(found, matrix.Weights != null);
        for (var i = 0; i < found; i++)
        {
            var mark = (uint)to.Marks[i];
            var (row, within) = Math.DivRem(mark, pair);
            // Marks go through the columns of two rows a register each in turn.
            var column = within / (2 * width) * width + within % width;
            row = 2 * row + within / width % 2;
            to.Add((int)column, matrix.Values[row * matrix.Stride + column], !TOwning.Weighted ? T.One
                : matrix.Weights[row * matrix.WeightStride + (TOwning.Owns ? column : 0)]);
        }
    }

    /// <returns>How many entries are marked.</returns>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static int Pairs<T, TOwning>(in ColumnRows<T> matrix, int rows, int next, ColumnSums<T> to)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TOwning : struct, IOwning
    {
        var (columns, stride, ownStride, width) = (matrix.Columns, matrix.Stride, matrix.WeightStride, Vector512<T>.Count);
        T* numbers = to.Low;
        var marks = to.Marks;
        var found = (nint)0;
        for (var k = 0; k < columns; k += width, numbers += width)
        {
            var (low, high) = (Vector512.Load(numbers), Vector512.Load(numbers + columns));
            // Where a product falls under the range of float an excess may be 0 that is not.
            var least = Vector512.ConditionalSelect(
                Vector512.Equals(low, Vector512<T>.Zero), Vector512.Create(T.Epsilon), Vector512<T>.Zero);
            T* sums = numbers + 2 * columns;
            var (p, q) = (Vector512.Load(sums), Vector512.Load(sums + columns));
            var (w, largest) = (Vector512.Load(sums + 2 * columns), Vector512.Load(sums + 3 * columns));
            T* c = matrix.Values + k, own = TOwning.Owns ? matrix.Weights + k : matrix.Weights;
            var mark = 2 * k;
            for (var row = 0; row < rows; row += 2, c += 2 * stride, own += 2 * ownStride, mark += 2 * columns)
            {
                var (c0, c1, w0) = (Vector512.Load(c), Vector512.Load(c + stride), Weights<T, TOwning>(own));
                var w1 = Weights<T, TOwning>(own + ownStride);
                var over = Add<T, TOwning>(c0, w0, high, ref p, ref q, ref w, ref largest)
                    | Add<T, TOwning>(c1, w1, high, ref p, ref q, ref w, ref largest) << width;
                var between = (OverLow<T, TOwning>(c0, w0, low, least) | OverLow<T, TOwning>(c1, w1, low, least) << width) & ~over;
                // One or two without a branch: there are seldom more.
                marks[found] = mark + BitOperations.TrailingZeroCount(between);
                found += between != 0 ? 1 : 0;
                between &= between - 1;
                if (typeof(T) == typeof(float))
                {
                    marks[found] = mark + BitOperations.TrailingZeroCount(between);
                    found += between != 0 ? 1 : 0;
                    between &= between - 1;
                }
                for (; between != 0; between &= between - 1) marks[found++] = mark + BitOperations.TrailingZeroCount(between);
            }
            for (var row = 0; row < next; row++, c += stride, own += ownStride)
            {
                Prefetch.Nearby(c);
                if (TOwning.Owns) Prefetch.Nearby(own);
            }
            p.Store(sums);
            q.Store(sums + columns);
            w.Store(sums + 2 * columns);
            largest.Store(sums + 3 * columns);
        }
        return (int)found;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Weights<T, TOwning>(T* own)
        where T : unmanaged
        where TOwning : struct, IOwning =>
        !TOwning.Weighted ? Vector512<T>.Zero : TOwning.Owns ? Vector512.Load(own) : Vector512.Create(*own);

    /// <summary>Adds what exceeds the threshold.</summary>
    /// <returns>A bit for each entry that does.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Add<T, TOwning>(Vector512<T> values, Vector512<T> weights, Vector512<T> high, ref Vector512<T> p,
        ref Vector512<T> q, ref Vector512<T> w, ref Vector512<T> largest)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TOwning : struct, IOwning
    {
        var magnitudes = Vector512.Abs(values);
        largest = Lanes.LargerBits(largest, magnitudes);
        var excess = TOwning.Weighted ? Lanes.MultiplyAdd(high, weights, magnitudes) : magnitudes + high;
        // Compared anew each time, so that the comparison stays a mask and never becomes a register.
        var d = Vector512.ConditionalSelect(Vector512.GreaterThan(excess, Vector512<T>.Zero), excess, Vector512<T>.Zero);
        p = TOwning.Weighted ? Lanes.MultiplyAdd(weights, d, p) : p + d;
        q = Lanes.MultiplyAdd(d, d, q);
        var own = TOwning.Weighted ? weights : Vector512<T>.One;
        var inside = Vector512.ConditionalSelect(Vector512.GreaterThan(excess, Vector512<T>.Zero), own, Vector512<T>.Zero);
        w = TOwning.Weighted ? Lanes.MultiplyAdd(inside, inside, w) : w + inside;
        return (uint)Vector512.GreaterThan(excess, Vector512<T>.Zero).ExtractMostSignificantBits();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint OverLow<T, TOwning>(Vector512<T> values, Vector512<T> weights, Vector512<T> low,
        Vector512<T> least)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TOwning : struct, IOwning
    {
        var magnitudes = Vector512.Abs(values);
        if (!TOwning.Weighted) return (uint)Vector512.GreaterThan(magnitudes, low).ExtractMostSignificantBits();
        var excess = Lanes.MultiplyAdd(low, weights, magnitudes);
        return typeof(T) == typeof(float)
            ? (uint)Vector512.GreaterThanOrEqual(excess, least).ExtractMostSignificantBits()
            : (uint)Vector512.GreaterThan(excess, Vector512<T>.Zero).ExtractMostSignificantBits();
    }
}
