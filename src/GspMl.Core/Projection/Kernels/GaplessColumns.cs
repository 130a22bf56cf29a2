using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GspMl.Projection.Kernels;

/// <summary>
/// <see cref="PlainColumns"/> where rows follow one another without a gap: they are written as one, by lines of memory, and what columns
/// are thresholded at comes round with them. Of short rows by themselves every register would lie across two lines, and the last one
/// overlap another.
/// </summary>
internal static unsafe class GaplessColumns
{
    /// <summary>Of more columns the numbers for all places where a register may begin would not stay in the first cache.</summary>
    private const int Most = 128;

    /// <summary>Whether rows are gapless, and short.</summary>
    public static bool Pays(long stride, int columns) => stride == columns && columns <= Most;

    /// <summary>Writes all columns; in place if <paramref name="to"/> is where the rows are.</summary>
    /// <param name="c">The first row.</param>
    /// <param name="rows">The number of rows: at least two.</param>
    /// <param name="columns">The number of columns: those of a register or more.</param>
    /// <param name="numbers">What <see cref="ColumnNumbers"/> made of their thresholds.</param>
    /// <param name="to">The result.</param>
    /// <returns>How many entries are not zero.</returns>
    [SkipLocalsInit]
    public static long Write<T, TWriting>(T* c, int rows, int columns, T* numbers, T* to)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TWriting : struct, IWriting
    {
        var width = Vector512<T>.Count;
        var head = (int)(-(nint)to & (width * sizeof(T) - 1)) / sizeof(T);
        // As many registers as there are columns fill whole rows, after which they begin again where the first one did.
        var period = width * columns;
        var wrapped = stackalloc T[columns + width];
        var memory = stackalloc T[ColumnNumbers.Each * period + width];
        var round = (T*)(((nint)memory + width * sizeof(T) - 1) & -(width * sizeof(T)));
        for (var k = 0; k < ColumnNumbers.Each; k++)
        {
            ReadOnlySpan<T> of = new(numbers + k * columns, columns);
            of.CopyTo(new(wrapped, columns));
            of[..width].CopyTo(new(wrapped + columns, width));
            for (var (j, at) = (0, head); j < period; j += width)
            {
                Vector512.Load(wrapped + at).Store(round + k * period + j);
                at = at + width >= columns ? at + width - columns : at + width;
            }
        }
        return Lines<T, TWriting>(c, rows * columns, head, numbers, columns, round, period, to);
    }

    /// <summary>As <see cref="PlainWriter"/> writes a vector.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static long Lines<T, TWriting>(T* c, int n, int head, T* numbers, int columns, T* round, int period, T* to)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TWriting : struct, IWriting
    {
        // The first and the last register overlap others; each is read before what it overlaps is written, which may go to its place.
        var first = Of<T, TWriting>(Vector512.Load(c), numbers, columns, out var firstBits);
        var (width, kept, j, at, ahead) = (Vector512<T>.Count, 0, head, 0, n - 2 * Vector512<T>.Count);
        var (last, lastBits, next) = (first, 0u, Vector512.Load(c + j));
        for (var stop = ahead; ; stop = n - width)
        {
            for (; j <= stop; j += width)
            {
                var values = next;
                next = Vector512.Load(c + Math.Min(j, ahead) + width);
                Of<T, TWriting>(values, round + at, period, out var bits).Store(to + j);
                kept += BitOperations.PopCount(bits);
                at = at + width == period ? 0 : at + width;
            }
            if (stop > ahead) break;
            // It ends where a row does.
            last = Of<T, TWriting>(Vector512.Load(c + n - width), numbers + columns - width, columns, out lastBits);
        }
        if (head > 0) first.Store(to);
        if (j < n) last.Store(to + n - width);
        return kept + BitOperations.PopCount(firstBits & (1u << head) - 1) + BitOperations.PopCount(lastBits >> width - (n - j));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Of<T, TWriting>(Vector512<T> values, T* floors, int pitch, out uint bits)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TWriting : struct, IWriting => PlainWriter.Of<T, TWriting>(values, Vector512.Load(floors), Vector512.Load(floors + pitch),
            Vector512.Load(floors + 2 * pitch), out bits);
}
