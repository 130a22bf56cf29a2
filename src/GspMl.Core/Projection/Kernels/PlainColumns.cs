using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GspMl.Projection.Kernels;

/// <summary>
/// Writes interleaved plain vectors in their own arithmetic, along the rows of the matrix, as <see cref="PlainWriter"/> writes each: four
/// rows at a time, so that what a column is thresholded at is read once for them.
/// </summary>
internal static unsafe class PlainColumns
{
    /// <summary>The threshold of a vector of which the kernels write nothing.</summary>
    public const double Nothing = 1e300;

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
        if (!streaming && rows > 1 && GaplessColumns.Pays(stride, columns))
            return projects ? GaplessColumns.Write<T, WritesProjected>(from, rows, columns, numbers, to)
                : GaplessColumns.Write<T, WritesOriginal>(from, rows, columns, numbers, to);
        // Where rows are whole lines apart all meet them.
        var head = stride % width == 0 ? (int)(-(nint)to & (width * sizeof(T) - 1)) / sizeof(T) : 0;
        var kept = 0L;
        for (var row = 0; row < rows; row += RowSteps.Most)
        {
            var (steps, at) = (new RowSteps(stride, rows - row), row * stride);
            kept += (projects, streaming) switch
            {
                (true, true) => WriteRows<T, WritesProjected, Streamed>(from + at, steps, columns, numbers, head, to + at),
                (true, false) => WriteRows<T, WritesProjected, Cached>(from + at, steps, columns, numbers, head, to + at),
                (false, true) => WriteRows<T, WritesOriginal, Streamed>(from + at, steps, columns, numbers, head, to + at),
                (false, false) => WriteRows<T, WritesOriginal, Cached>(from + at, steps, columns, numbers, head, to + at),
            };
        }
        return kept;
    }

    /// <summary>
    /// Some rows, a register of each and then the next. All are read ahead of what is written: rows lie whole pages apart, where the
    /// processor takes any two places for the same.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static long WriteRows<T, TWriting, TStoring>(T* from, in RowSteps steps, int columns, T* numbers, int head, T* to)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TWriting : struct, IWriting
        where TStoring : struct, IStoring
    {
        var (width, kept, k, last) = (Vector512<T>.Count, 0L, head, columns - Vector512<T>.Count);
        var (r1, r2, r3) = (steps.Second, steps.Third, steps.Fourth);
        T* rests = numbers + columns, factors = rests + columns;
        // The first and the last register overlap others, and are read before anything is written: it may go to where the rows are.
        var ends = stackalloc Vector512<T>[2 * RowSteps.Most];
        for (var row = 0; row < steps.Rows; row++)
        {
            ends[row] = Vector512.Load(from + row * steps.Stride);
            ends[RowSteps.Most + row] = Vector512.Load(from + row * steps.Stride + last);
        }
        var c = from + Math.Min(k, last);
        var (c0, c1, c2, c3) = (Vector512.Load(c), Vector512.Load(c + r1), Vector512.Load(c + r2), Vector512.Load(c + r3));
        for (; k <= last; k += width)
        {
            var (floor, rest, factor) = (Vector512.Load(numbers + k), Vector512.Load(rests + k), Vector512.Load(factors + k));
            var x0 = PlainWriter.Of<T, TWriting>(c0, floor, rest, factor, out var b0);
            var x1 = PlainWriter.Of<T, TWriting>(c1, floor, rest, factor, out var b1);
            var x2 = PlainWriter.Of<T, TWriting>(c2, floor, rest, factor, out var b2);
            var x3 = PlainWriter.Of<T, TWriting>(c3, floor, rest, factor, out var b3);
            c = from + Math.Min(k + width, last);
            (c0, c1, c2, c3) = (Vector512.Load(c), Vector512.Load(c + r1), Vector512.Load(c + r2), Vector512.Load(c + r3));
            steps.FetchNext(c);
            var x = to + k;
            RowSteps.Store<T, TStoring>(x0, x);
            RowSteps.Store<T, TStoring>(x1, x + r1);
            RowSteps.Store<T, TStoring>(x2, x + r2);
            RowSteps.Store<T, TStoring>(x3, x + r3);
            kept += steps.Count(b0, b1, b2, b3);
        }
        if (head > 0) kept += WriteEnds<T, TWriting>(ends, steps.Rows, (1u << head) - 1, numbers, columns, steps.Stride, to);
        if (k < columns)
        {
            var counted = uint.MaxValue << width - (columns - k);
            kept += WriteEnds<T, TWriting>(ends + RowSteps.Most, steps.Rows, counted, numbers + last, columns, steps.Stride, to + last);
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
