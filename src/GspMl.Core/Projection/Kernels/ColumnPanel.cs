using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GspMl.Projection.Kernels;

/// <summary>
/// Interleaved vectors: eight or more columns of a row-major matrix, over some of its rows. A lane is a column, so that the result is
/// written along the matrix's rows, in strips of eight columns. The first and the last strip may overlap another one.
/// </summary>
/// <param name="matrix">The rows.</param>
internal readonly unsafe struct ColumnPanel<T>(in ColumnRows<T> matrix)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// Rows that are written together: few where they would fall on the same places of the first cache, which lie that far apart.
    /// </summary>
    private const int MostRows = 32, FewRows = 4, SamePlace = 1 << 10;

    private const uint AllColumns = 0xff;

    private readonly ColumnRows<T> matrix = matrix;
    private readonly T* values = matrix.Values, weights = matrix.Weights;
    private readonly long stride = matrix.Stride, weightStride = matrix.WeightStride;
    private readonly int rows = matrix.Rows, columns = matrix.Columns;
    private readonly bool shared = matrix.WeightStride == 1;

    /// <summary>Whether a row is as aligned as the next, so that results may go past the caches.</summary>
    public bool CanStream => stride % Lanes.Width == 0;

    /// <summary>Whether rows are whole lines of memory apart.</summary>
    private bool HasWholeLines => stride % Vector512<T>.Count == 0;

    /// <summary>
    /// Writes each column's soft threshold, a few rows at a time, for which the columns' thresholds are read once; a factor that is NaN
    /// leaves the entries of the support as they are.
    /// </summary>
    /// <param name="of">What the columns are thresholded at and multiplied with.</param>
    /// <param name="streaming">Whether the result goes past the caches: not in place, and only if <see cref="CanStream"/>.</param>
    /// <param name="destination">The result, with the stride of the entries; may be where they are.</param>
    /// <returns>How many entries are kept.</returns>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining)]
    public long Write<TWeighting>(in Thresholds of, bool streaming, T* destination)
        where TWeighting : struct, IWeighting
    {
        if (TWeighting.Weighted && columns >= Vector512<T>.Count)
        {
            var numbers = stackalloc T[ColumnNumbers.Each * columns];
            var past = streaming && HasWholeLines;
            if (ColumnNumbers.TrySet<T, Weighted>(of, columns, numbers, out var projects))
                return projects ? WeightedColumns.Write<T, WritesProjected>(matrix, of, numbers, past, destination)
                    : WeightedColumns.Write<T, WritesOriginal>(matrix, of, numbers, past, destination);
        }
        else if (!TWeighting.Weighted && PlainColumns.IsFast<T>(columns))
        {
            var numbers = stackalloc T[ColumnNumbers.Each * columns];
            if (ColumnNumbers.TrySet<T, Plain>(of, columns, numbers, out var projects))
                return PlainColumns.Write(values, stride, rows, columns, numbers, projects, streaming && HasWholeLines, destination);
        }
        if (typeof(T) == typeof(float) && !TWeighting.Weighted) return WriteFloats(of, streaming, destination);
        var (kept, head, last) = (0L, streaming ? SoftThreshold.ToAlignment(destination) : 0, columns - Lanes.Width);
        var end = head + (columns - head) / Lanes.Width * Lanes.Width;
        var (headColumns, tailColumns) = ((1u << head) - 1, AllColumns << (end - last) & AllColumns);
        var rowWeights = stackalloc Vector512<double>[MostRows];
        var rowsAtOnce = stride * sizeof(T) % SamePlace == 0 ? FewRows : MostRows;
        for (var (first, next) = (0L, 0L); first < rows; first = next)
        {
            next = Math.Min(first + rowsAtOnce, rows);
            for (var row = first; TWeighting.Weighted && shared && row < next; row++)
                rowWeights[row - first] = Vector512.Create(double.CreateTruncating(weights[row]));
            if (headColumns != 0) kept += WriteStrip<TWeighting>(of, 0, headColumns, first, next, rowWeights, false, destination);
            if (tailColumns != 0) kept += WriteStrip<TWeighting>(of, last, tailColumns, first, next, rowWeights, false, destination);
            for (var column = head; column < end; column += Lanes.Width)
                kept += WriteStrip<TWeighting>(of, column, AllColumns, first, next, rowWeights, streaming, destination);
        }
        return kept;
    }

    /// <summary>
    /// The same of plain floats; what float is not wide enough for is written afterwards. Which columns that are does not depend on where
    /// strips begin, which memory decides, so that the bits do not either.
    /// </summary>
    [SkipLocalsInit]
    private long WriteFloats(in Thresholds of, bool streaming, T* destination)
    {
        var memory = stackalloc float[FloatColumns.Numbers * columns];
        var narrow = new FloatColumns(memory, columns);
        var all = narrow.Set(of.Tau, of.Factor);
        var (kept, past) = (0L, streaming && all);
        var head = past ? SoftThreshold.ToAlignment(destination) : 0;
        for (var row = 0; row < rows; row++)
            kept += narrow.WriteRow((float*)(values + row * stride), (float*)(destination + row * stride), head, all, past);
        var last = columns - Lanes.Width;
        for (var column = 0; !all && column < columns; column += Lanes.Width)
        {
            // The last strip may overlap the one before it.
            var written = ~narrow.Held(Math.Min(column, last)) & AllColumns << Math.Max(0, column - last) & AllColumns;
            if (written != 0) kept += WriteStrip<Plain>(of, Math.Min(column, last), written, 0, rows, null, false, destination);
        }
        return kept;
    }

    /// <summary>Writes the columns of a strip whose bits are set; what is in the others' places stays there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private long WriteStrip<TWeighting>(
        in Thresholds of, int column, uint written, long first, long next, Vector512<double>* rowWeights, bool streaming, T* destination)
        where TWeighting : struct, IWeighting
    {
        var (tau, factor) = (Vector512.Load(of.Tau + column), Vector512.Load(of.Factor + column));
        var (scale, weightScale) = (Vector512.Load(of.Scale + column), Vector512.Load(of.WeightScale + column));
        var (kept, lanes) = (0L, Lanes.Selected(written));
        T* from = values + first * stride + column, own = weights + first * weightStride + column,
            to = destination + first * stride + column;
        for (var row = first; row < next; row++, from += stride, to += stride, own += weightStride)
        {
            var w = !TWeighting.Weighted ? default : Lanes.Scaled<T>(shared ? rowWeights[row - first] : Lanes.Load(own), weightScale);
            var result = SoftThreshold.Of<T, TWeighting>(Lanes.Load(from), w, scale, tau, factor, out var bits);
            if (written != AllColumns) result = Vector512.ConditionalSelect(lanes, result, Lanes.Load(to));
            if (streaming) Lanes.StoreStreaming(to, result);
            else Lanes.Store(to, result);
            kept += BitOperations.PopCount(bits & written);
        }
        return kept;
    }

    /// <summary>A number of each kind for every column.</summary>
    public readonly struct Thresholds(double* tau, double* factor, double* scale, double* weightScale)
    {
        public readonly double* Tau = tau, Factor = factor, Scale = scale, WeightScale = weightScale;
    }
}
