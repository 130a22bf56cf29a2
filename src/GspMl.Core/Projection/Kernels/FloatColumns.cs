using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GspMl.Projection.Kernels;

/// <summary>
/// Writes the soft thresholds of interleaved vectors of plain floats in their own arithmetic, along the rows of the matrix: what each
/// column is thresholded at takes so little room that it is read anew for every row. Each column has the bits that it would have as a row.
/// </summary>
/// <param name="memory">Room for <see cref="Numbers"/> a column.</param>
/// <param name="columns">The number of columns.</param>
internal readonly unsafe ref struct FloatColumns(float* memory, int columns)
{
    /// <summary>Numbers for each column.</summary>
    public const int Numbers = 4;

    private readonly float* floors = memory, rests = memory + columns, factors = memory + 2 * columns;

    /// <summary>−1 for each column for which float is wide enough, and 0 for the others, which are left alone.</summary>
    private readonly int* held = (int*)memory + 3 * columns;

    /// <returns>Whether float is wide enough for all columns.</returns>
    public bool Set(double* tau, double* factor)
    {
        var all = true;
        for (var k = 0; k < columns; k++)
        {
            var split = SplitThreshold.Of(tau[k]);
            (floors[k], rests[k], factors[k]) = (split.Floor, split.Rest, (float)factor[k]);
            held[k] = FloatSoftThreshold.Holds(tau[k], factor[k]) ? -1 : 0;
            all &= held[k] != 0;
        }
        return all;
    }

    /// <summary>A bit for each of eight columns for which float is wide enough.</summary>
    public uint Held(int column) => Vector256.Load(held + column).ExtractMostSignificantBits();

    /// <summary>Writes one row of all columns that are held.</summary>
    /// <param name="from">The row.</param>
    /// <param name="to">Where it goes.</param>
    /// <param name="head">Columns before the first place where eight may be stored past the caches; 0 if none shall be.</param>
    /// <param name="all">Whether all columns are held.</param>
    /// <param name="streaming">Whether results go past the caches: only if all are held.</param>
    /// <returns>How many entries are not zero.</returns>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public int WriteRow(float* from, float* to, int head, bool all, bool streaming)
    {
        var (k, support) = (head, Vector256<int>.Zero);
        for (; k <= columns - Lanes.Width; k += Lanes.Width)
        {
            var inside = Vector256<int>.Zero;
            var result = FloatSoftThreshold.Of(Vector256.Load(from + k), Vector256.Load(floors + k), Vector256.Load(rests + k),
                Vector256.Load(factors + k), ref inside);
            if (!all)
            {
                var these = Vector256.Load(held + k);
                (inside, result) = (inside & these, Vector256.ConditionalSelect(these.AsSingle(), result, Vector256.Load(to + k)));
            }
            support += inside;
            if (streaming) result.StoreAlignedNonTemporal(to + k);
            else result.Store(to + k);
        }
        return WriteEach(from, to, 0, head) + WriteEach(from, to, k, columns) - Vector256.Sum(support);
    }

    private int WriteEach(float* from, float* to, int first, int end)
    {
        var kept = 0;
        for (var k = first; k < end; k++)
        {
            if (held[k] != 0) kept += FloatSoftThreshold.Scalar(from + k, 1, new(floors[k], rests[k]), factors[k], to + k);
        }
        return kept;
    }
}
