using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GspMl.Projection.Kernels;

/// <summary>
/// Writes interleaved weighted vectors in their own arithmetic, along the rows of the matrix, as <see cref="WeightedWriter"/> writes each:
/// a few rows at a time, so that what a column is thresholded at is read once for them.
/// </summary>
internal static unsafe class WeightedColumns
{
    private const int Rows = 4;

    /// <summary>Writes all columns over some rows.</summary>
    /// <param name="matrix">The rows.</param>
    /// <param name="of">What the columns are thresholded at.</param>
    /// <param name="numbers">What <see cref="ColumnNumbers"/> made of it.</param>
    /// <param name="streaming">Whether the result goes past the caches: if rows are whole lines of memory apart, and not in place.</param>
    /// <param name="to">Where it goes, with the stride of the rows; may be where they are.</param>
    /// <returns>How many entries are not zero.</returns>
    public static long Write<T, TWriting>(in ColumnRows<T> matrix, in ColumnPanel<T>.Thresholds of, T* numbers, bool streaming, T* to)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TWriting : struct, IWriting
    {
        var kept = 0L;
        for (var row = 0; row < matrix.Rows; row += Rows)
        {
            var some = matrix.From(row);
            var together = Math.Min(Rows, matrix.Rows - row);
            var at = to + row * matrix.Stride;
            kept += streaming ? WriteRows<T, TWriting, Streamed>(some, together, of, numbers, at)
                : WriteRows<T, TWriting, Cached>(some, together, of, numbers, at);
        }
        return kept;
    }

    private static long WriteRows<T, TWriting, TStoring>(in ColumnRows<T> matrix, int rows, in ColumnPanel<T>.Thresholds of, T* numbers,
        T* to)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TWriting : struct, IWriting
        where TStoring : struct, IStoring
    {
        var width = Vector512<T>.Count;
        var head = TStoring.Streams ? (int)(-(nint)to & (width * sizeof(T) - 1)) / sizeof(T) : 0;
        var (last, kept, row) = (matrix.Columns - width, Part<T, TWriting>(matrix, 0, 0, head, rows, of, numbers, to), 0);
        int k;
        for (var from = head; ; from = k + width)
        {
            k = matrix.WeightStride == 1 ? Run<T, TWriting, TStoring, Shares>(matrix, rows, from, numbers, to, ref kept, out row)
                : Run<T, TWriting, TStoring, OwnsEach>(matrix, rows, from, numbers, to, ref kept, out row);
            if (k > last) break;
            kept += Each<T, TWriting>(matrix, k, k + width, row, rows, of, to);
        }
        return kept + Part<T, TWriting>(matrix, last, k, matrix.Columns, rows, of, numbers, to);
    }

    /// <summary>
    /// Some columns of a register, the others of which are not stored: in place they may have been written, and what went past the caches
    /// must not be touched again.
    /// </summary>
    private static long Part<T, TWriting>(in ColumnRows<T> matrix, int register, int from, int end, int rows,
        in ColumnPanel<T>.Thresholds of, T* numbers, T* to)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TWriting : struct, IWriting
    {
        if (from == end) return 0;
        var (kept, columns, shared) = (0L, matrix.Columns, matrix.WeightStride == 1);
        var (floor, rest) = (Vector512.Load(numbers + register), Vector512.Load(numbers + columns + register));
        var factor = Vector512.Load(numbers + 2 * columns + register);
        var room = stackalloc T[2 * Vector512<T>.Count];
        for (var row = 0; row < rows; row++)
        {
            var own = matrix.Weights + row * matrix.WeightStride;
            var values = Vector512.Load(matrix.Values + row * matrix.Stride + register);
            WeightedWriter.Of<T, TWriting>(values, shared ? Vector512.Create(*own) : Vector512.Load(own + register), floor, rest, factor,
                out _, out var near).Store(room);
            if (near != 0) kept += Each<T, TWriting>(matrix, from, end, row, row + 1, of, to);
            else kept += WeightedWriter.Copy<T, Cached>(room + from - register, end - from, to + row * matrix.Stride + from);
        }
        return kept;
    }

    /// <summary>Register by register, up to one in which an entry is too near to tell; see <see cref="WeightedWriter"/>.</summary>
    /// <returns>The first column of that register, or of less than a register that is left.</returns>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static int Run<T, TWriting, TStoring, TOwning>(in ColumnRows<T> matrix, int rows, int from, T* numbers, T* to, ref long kept,
        out int row)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TWriting : struct, IWriting
        where TStoring : struct, IStoring
        where TOwning : struct, IOwning
    {
        var (columns, stride, ownStride, width, count) = (matrix.Columns, matrix.Stride, matrix.WeightStride, Vector512<T>.Count, 0L);
        var k = from;
        for (row = 0; k <= columns - width; k += width)
        {
            var (floor, rest) = (Vector512.Load(numbers + k), Vector512.Load(numbers + columns + k));
            var factor = Vector512.Load(numbers + 2 * columns + k);
            T* c = matrix.Values + k, own = TOwning.Owns ? matrix.Weights + k : matrix.Weights, x = to + k;
            for (row = 0; row < rows; row++, c += stride, own += ownStride, x += stride)
            {
                var weights = TOwning.Owns ? Vector512.Load(own) : Vector512.Create(*own);
                var result = WeightedWriter.Of<T, TWriting>(Vector512.Load(c), weights, floor, rest, factor, out var bits, out var near);
                if (near != 0) goto Stopped;
                if (TStoring.Streams) result.StoreAlignedNonTemporal(x);
                else result.Store(x);
                count += BitOperations.PopCount(bits);
            }
        }
    Stopped:
        kept += count;
        return k;
    }

    /// <summary>The columns of a range, over the rows of one, entry by entry.</summary>
    private static long Each<T, TWriting>(in ColumnRows<T> matrix, int from, int end, int row, int rows, in ColumnPanel<T>.Thresholds of,
        T* to)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TWriting : struct, IWriting
    {
        var kept = 0L;
        for (; row < rows; row++)
        {
            for (var k = from; k < end; k++)
            {
                var (at, own) = (row * matrix.Stride + k, row * matrix.WeightStride + (matrix.WeightStride == 1 ? 0 : k));
                if (of.Tau[k] == PlainColumns.Nothing) to[at] = T.Zero;
                else kept += WeightedWriter.Scalar<T, TWriting>(
                    matrix.Values + at, matrix.Weights + own, 1, of.Tau[k], of.Factor[k], to + at);
            }
        }
        return kept;
    }
}
