using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using GspMl.LinearAlgebra;

namespace GspMl.Projection.Kernels;

/// <summary>
/// Writes interleaved plain vectors in their own arithmetic, along the rows of the matrix, as <see cref="PlainWriter"/> writes each: four
/// rows at a time, so that what a column is thresholded at is read once for them.
/// </summary>
internal static unsafe class PlainColumns
{
    /// <summary>The threshold of a vector of which the kernels write nothing.</summary>
    public const double Nothing = 1e300;

    private const int Rows = 4;

    /// <summary>Whether registers are wide enough, and filled.</summary>
    public static bool IsFast<T>(int columns)
        where T : unmanaged => PlainSweep.IsFast && columns >= Vector512<T>.Count;

    /// <summary>Writes all columns over some rows.</summary>
    /// <param name="from">The first row.</param>
    /// <param name="stride">Elements from a row to the next, in the result too.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="columns">The number of columns; see <see cref="IsFast"/>.</param>
    /// <param name="numbers">What <see cref="ColumnNumbers"/> made of their thresholds.</param>
    /// <param name="projects">The same.</param>
    /// <param name="streaming">Whether the result goes past the caches: if rows are whole lines of memory apart, and not in place.</param>
    /// <param name="to">Where it goes; may be where the rows are.</param>
    /// <returns>How many entries are not zero.</returns>
    public static long Write<T>(T* from, long stride, int rows, int columns, T* numbers, bool projects, bool streaming, T* to)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var width = Vector512<T>.Count;
        var head = streaming ? (int)(-(nint)to & (width * sizeof(T) - 1)) / sizeof(T) : 0;
        var (kept, row) = (0L, 0);
        for (; row < rows; row += Rows)
        {
            var (together, at) = (Math.Min(Rows, rows - row), row * stride);
            var next = Math.Min(Rows, rows - row - together);
            kept += projects ? WriteRows<T, WritesProjected>(from + at, stride, together, next, columns, numbers, head, streaming, to + at)
                : WriteRows<T, WritesOriginal>(from + at, stride, together, next, columns, numbers, head, streaming, to + at);
        }
        return kept;
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static long WriteRows<T, TWriting>(T* from, long stride, int rows, int next, int columns, T* numbers, int head,
        bool streaming, T* to)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TWriting : struct, IWriting
    {
        var (width, kept, k) = (Vector512<T>.Count, 0L, head);
        T* rests = numbers + columns, factors = rests + columns;
        // The first and the last register overlap others, and are read before anything is written: it may go to where the rows are.
        var ends = stackalloc Vector512<T>[2 * Rows];
        var last = columns - width;
        for (var row = 0; row < rows; row++)
        {
            ends[row] = Vector512.Load(from + row * stride);
            ends[Rows + row] = Vector512.Load(from + row * stride + last);
        }
        for (; k <= last; k += width)
        {
            var (floor, rest, factor) = (Vector512.Load(numbers + k), Vector512.Load(rests + k), Vector512.Load(factors + k));
            T* c = from + k, x = to + k;
            for (var row = 0; row < rows; row++, c += stride, x += stride)
            {
                var result = PlainWriter.Of<T, TWriting>(Vector512.Load(c), floor, rest, factor, out var bits);
                if (streaming) result.StoreAlignedNonTemporal(x);
                else result.Store(x);
                kept += BitOperations.PopCount(bits);
            }
            for (var row = 0; row < next; row++, c += stride) Prefetch.Nearby(c);
        }
        if (head > 0) kept += WriteEnds<T, TWriting>(ends, rows, (1u << head) - 1, numbers, columns, stride, to);
        if (k < columns)
        {
            var counted = uint.MaxValue << width - (columns - k);
            kept += WriteEnds<T, TWriting>(ends + Rows, rows, counted, numbers + last, columns, stride, to + last);
        }
        return kept;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long WriteEnds<T, TWriting>(Vector512<T>* ends, int rows, uint counted, T* numbers, int columns, long stride, T* to)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TWriting : struct, IWriting
    {
        T* rests = numbers + columns, factors = rests + columns;
        var (floor, rest, factor) = (Vector512.Load(numbers), Vector512.Load(rests), Vector512.Load(factors));
        var kept = 0L;
        for (var row = 0; row < rows; row++, to += stride)
        {
            PlainWriter.Of<T, TWriting>(ends[row], floor, rest, factor, out var bits).Store(to);
            kept += BitOperations.PopCount(bits & counted);
        }
        return kept;
    }
}
