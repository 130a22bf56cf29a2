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
        for (var row = 0; row < matrix.Rows; row += RowSteps.Most)
        {
            var some = matrix.From(row);
            var together = Math.Min(RowSteps.Most, matrix.Rows - row);
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
        var (last, kept) = (matrix.Columns - width, Part<T, TWriting>(matrix, 0, 0, head, rows, of, numbers, to));
        int k;
        for (var from = head; ; from = k + width)
        {
            k = matrix.WeightStride == 1 ? Run<T, TWriting, TStoring, Shares>(matrix, rows, from, numbers, to, ref kept)
                : Run<T, TWriting, TStoring, OwnsEach>(matrix, rows, from, numbers, to, ref kept);
            if (k > last) break;
            kept += Each<T, TWriting>(matrix, k, k + width, 0, rows, of, to);
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

    /// <summary>
    /// A register of each row, and the next, up to one in which an entry is too near to tell; see <see cref="WeightedWriter"/>. All are
    /// read ahead of what is written: rows lie whole pages apart, where the processor takes any two places for the same.
    /// </summary>
    /// <returns>The first column of that register, or of less than a register that is left.</returns>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static int Run<T, TWriting, TStoring, TOwning>(in ColumnRows<T> matrix, int rows, int from, T* numbers, T* to, ref long kept)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TWriting : struct, IWriting
        where TStoring : struct, IStoring
        where TOwning : struct, IOwning
    {
        var (columns, width, last) = (matrix.Columns, Vector512<T>.Count, matrix.Columns - Vector512<T>.Count);
        if (from > last) return from;
        var (steps, ownSteps) = (new RowSteps(matrix.Stride, matrix.Rows), new RowSteps(matrix.WeightStride, matrix.Rows));
        var (r1, r2, r3) = (steps.Second, steps.Third, steps.Fourth);
        T* c = matrix.Values + from, own = TOwning.Owns ? matrix.Weights + from : matrix.Weights;
        var (c0, c1, c2, c3) = (Vector512.Load(c), Vector512.Load(c + r1), Vector512.Load(c + r2), Vector512.Load(c + r3));
        var (w0, w1) = (Weights<T, TOwning>(own), Weights<T, TOwning>(own + ownSteps.Second));
        var (w2, w3) = (Weights<T, TOwning>(own + ownSteps.Third), Weights<T, TOwning>(own + ownSteps.Fourth));
        var (k, count) = (from, 0L);
        for (; k <= last; k += width)
        {
            var (floor, rest) = (Vector512.Load(numbers + k), Vector512.Load(numbers + columns + k));
            var factor = Vector512.Load(numbers + 2 * columns + k);
            var x0 = WeightedWriter.Of<T, TWriting>(c0, w0, floor, rest, factor, out var b0, out var near0);
            var x1 = WeightedWriter.Of<T, TWriting>(c1, w1, floor, rest, factor, out var b1, out var near1);
            var x2 = WeightedWriter.Of<T, TWriting>(c2, w2, floor, rest, factor, out var b2, out var near2);
            var x3 = WeightedWriter.Of<T, TWriting>(c3, w3, floor, rest, factor, out var b3, out var near3);
            if ((near0 | near1 | near2 | near3) != 0) break;
            c = matrix.Values + Math.Min(k + width, last);
            (c0, c1, c2, c3) = (Vector512.Load(c), Vector512.Load(c + r1), Vector512.Load(c + r2), Vector512.Load(c + r3));
            if (TOwning.Owns)
            {
                own = matrix.Weights + Math.Min(k + width, last);
                // Each entry has its own, so that they lie as the entries do.
                (w0, w1, w2, w3) = (Vector512.Load(own), Vector512.Load(own + r1), Vector512.Load(own + r2), Vector512.Load(own + r3));
                steps.FetchNext(own);
            }
            steps.FetchNext(c);
            var x = to + k;
            RowSteps.Store<T, TStoring>(x0, x);
            RowSteps.Store<T, TStoring>(x1, x + r1);
            RowSteps.Store<T, TStoring>(x2, x + r2);
            RowSteps.Store<T, TStoring>(x3, x + r3);
            count += steps.Count(b0, b1, b2, b3);
        }
        kept += count;
        return k;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Weights<T, TOwning>(T* own)
        where T : unmanaged
        where TOwning : struct, IOwning => TOwning.Owns ? Vector512.Load(own) : Vector512.Create(*own);

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
