using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GspMl.Projection.Kernels;

/// <summary>
/// Interleaved vectors: eight or more columns of a row-major matrix, over some of its rows. A lane is a column, so that the result is written
/// along the matrix's rows. The last strip of eight overlaps the one before it; both compute the same for the columns they share.
/// </summary>
internal readonly unsafe struct ColumnPanel<T>(T* values, T* weights, long stride, long weightStride, int rows, int columns)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Rows that are written together; more would fall on the same places of the caches, where they are a power of two apart.</summary>
    private const int RowsAtOnce = 4;

    private readonly T* values = values;
    private readonly long stride = stride;
    private readonly int rows = rows, columns = columns;

    /// <summary>Weights of their own have the values' stride; a column of shared weights has one weight a row.</summary>
    private readonly T* weights = weights;
    private readonly long weightStride = weightStride;
    private readonly bool shared = weightStride == 1;

    /// <summary>Writes each column's soft threshold, row after row; a factor that is NaN leaves the entries of the support as they are.</summary>
    /// <param name="of">What the columns are thresholded at and multiplied with.</param>
    /// <param name="destination">The result, with the stride of the entries; may be where they are.</param>
    /// <returns>How many entries are kept.</returns>
    public long Write<TWeighting>(in Thresholds of, T* destination)
        where TWeighting : struct, IWeighting
    {
        var (kept, strips, last) = (0L, columns / Lanes.Width, columns - Lanes.Width);
        var fresh = 0xffu << (strips * Lanes.Width - last) & 0xff;
        var space = stackalloc Vector512<double>[4 * strips + 5];
        var table = (Vector512<double>*)(((nuint)space + 63) & ~(nuint)63);
        for (var strip = 0; strip < strips; strip++) of.CopyTo(table + 4 * strip, strip * Lanes.Width);
        if (fresh != 0) of.CopyTo(table + 4 * strips, last);
        for (var row = 0L; row < rows; row++)
        {
            // The strip that overlaps its neighbour is computed before this may write over the entries they share, and stored after it.
            var (to, tail, bits) = ((nint)(destination + row * stride), default(Vector512<double>), 0u);
            if (fresh != 0) tail = Strip<TWeighting>(row, last, table + 4 * strips, out bits);
            kept += BitOperations.PopCount(bits & fresh);
            for (var strip = 0; strip < strips; strip++)
            {
                Lanes.Store((T*)to + strip * Lanes.Width, Strip<TWeighting>(row, strip * Lanes.Width, table + 4 * strip, out bits));
                kept += BitOperations.PopCount(bits);
            }
            if (fresh != 0) Lanes.Store((T*)to + last, tail);
        }
        return kept;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector512<double> Weight(long row, int column) =>
        shared ? Vector512.Create(double.CreateTruncating(weights[row])) : Lanes.Load(weights + row * weightStride + column);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector512<double> Strip<TWeighting>(long row, int column, Vector512<double>* of, out uint bits)
        where TWeighting : struct, IWeighting =>
        SoftThreshold.Of<T, TWeighting>(
            Lanes.Load(values + row * stride + column), TWeighting.Weighted ? Lanes.Scaled<T>(Weight(row, column), of[3]) : default, of[0], of[1], of[2], out bits);

    /// <summary>
    /// The same past the caches, so that memory gets whole lines: a few rows at a time, for which the columns' thresholds are read once. Not in
    /// place, and only if a row is as aligned as the next: <see cref="CanStream"/>.
    /// </summary>
    public long WriteStreaming<TWeighting>(in Thresholds of, T* destination)
        where TWeighting : struct, IWeighting
    {
        var (kept, head, last) = (0L, SoftThreshold.ToAlignment(destination), columns - Lanes.Width);
        var end = head + (columns - head) / Lanes.Width * Lanes.Width;
        var (headBits, tailBits) = ((1u << head) - 1, 0xffu << (end - last) & 0xff);
        var shares = stackalloc Vector512<double>[RowsAtOnce];
        for (var (first, next) = (0L, 0L); first < rows; first = next)
        {
            next = Math.Min(first + RowsAtOnce, rows);
            for (var row = first; TWeighting.Weighted && shared && row < next; row++) shares[row - first] = Weight(row, 0);
            if (headBits != 0) kept += StoreStrip<TWeighting>(of, 0, first, next, shares, headBits, streaming: false, destination);
            if (tailBits != 0) kept += StoreStrip<TWeighting>(of, last, first, next, shares, tailBits, streaming: false, destination);
            for (var column = head; column < end; column += Lanes.Width)
                kept += StoreStrip<TWeighting>(of, column, first, next, shares, 0xff, streaming: true, destination);
        }
        return kept;
    }

    /// <returns>How many entries are kept of the columns whose bits are <paramref name="counted"/>: the others belong to a strip that overlaps.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private long StoreStrip<TWeighting>(
        in Thresholds of, int column, long first, long next, Vector512<double>* shares, uint counted, bool streaming, T* destination)
        where TWeighting : struct, IWeighting
    {
        var (tau, factor) = (Vector512.Load(of.Tau + column), Vector512.Load(of.Factor + column));
        var (scale, weightScale) = (Vector512.Load(of.Scale + column), Vector512.Load(of.WeightScale + column));
        var kept = 0L;
        for (var row = first; row < next; row++)
        {
            var own = !TWeighting.Weighted ? default : Lanes.Scaled<T>(shared ? shares[row - first] : Weight(row, column), weightScale);
            var result = SoftThreshold.Of<T, TWeighting>(Lanes.Load(values + row * stride + column), own, scale, tau, factor, out var bits);
            if (streaming) Lanes.StoreStreaming(destination + row * stride + column, result);
            else Lanes.Store(destination + row * stride + column, result);
            kept += BitOperations.PopCount(bits & counted);
        }
        return kept;
    }

    public bool CanStream => stride % Lanes.Width == 0;

    /// <summary>A number of each kind for every column.</summary>
    public readonly struct Thresholds(double* tau, double* factor, double* scale, double* weightScale)
    {
        public readonly double* Tau = tau, Factor = factor, Scale = scale, WeightScale = weightScale;

        public void CopyTo(Vector512<double>* lanes, int column) =>
            (lanes[0], lanes[1], lanes[2], lanes[3]) = (Vector512.Load(Scale + column), Vector512.Load(Tau + column), Vector512.Load(Factor + column), Vector512.Load(WeightScale + column));
    }
}
