using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GspMl.Projection.Kernels;

/// <summary>
/// Interleaved vectors: eight or more columns of a row-major matrix, over some of its rows. A lane is a column, so that the matrix is read
/// along its rows and never transposed. The last strip overlaps the one before it; both compute the same for the columns they share.
/// </summary>
internal readonly unsafe struct ColumnPanel<T>(T* values, T* weights, long stride, long weightStride, int rows, int columns)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public readonly T* Values = values;
    public readonly long Stride = stride;
    public readonly int Rows = rows;
    public readonly int Columns = columns;

    /// <summary>Weights of their own have the values' stride; a column of shared weights has one weight a row.</summary>
    private readonly T* weights = weights;
    private readonly long weightStride = weightStride;
    private readonly bool shared = weightStride == 1;

    public int Strips => (Columns + Lanes.Width - 1) / Lanes.Width;

    public int StripStart(int strip) => Math.Min(strip * Lanes.Width, Columns - Lanes.Width);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<double> Weight(long row, int column) =>
        shared ? Vector512.Create(double.CreateTruncating(weights[row])) : Lanes.Load(weights + row * weightStride + column);

    /// <summary>The sums of each column at its own threshold.</summary>
    public void Sums<TWeighting>(double* tau, double* scale, double* weightScale, double* p, double* q, double* w)
        where TWeighting : struct, IWeighting
    {
        for (var strip = 0; strip < Strips; strip++)
        {
            var column = StripStart(strip);
            Vector512<double> pSum = default, qSum = default, wSum = default;
            var (taus, scales, weightScales) = (Vector512.Load(tau + column), Vector512.Load(scale + column), Vector512.Load(weightScale + column));
            for (var row = 0L; row < Rows; row++)
            {
                var own = TWeighting.Weighted ? Weight(row, column) * weightScales : default;
                LaneSums<TWeighting>.Add(Lanes.Magnitudes(Values + row * Stride + column, scales), own, taus, ref pSum, ref qSum, ref wSum);
            }
            pSum.Store(p + column);
            qSum.Store(q + column);
            wSum.Store(w + column);
        }
    }

    /// <summary>Divides each column by its bracket, as <see cref="Collector"/> does; what is found is noted with its column, row after row.</summary>
    public void Collect<TWeighting>(double* low, double* high, double* scale, double* weightScale, double* p, double* q, double* w, Candidates<T> found)
        where TWeighting : struct, IWeighting
    {
        for (var strip = 0; strip < Strips; strip++)
        {
            var column = StripStart(strip);
            var fresh = uint.MaxValue << (strip * Lanes.Width - column);
            Vector512<double> pSum = default, qSum = default, wSum = default;
            var (lows, highs, scales, weightScales) = (Vector512.Load(low + column), Vector512.Load(high + column), Vector512.Load(scale + column), Vector512.Load(weightScale + column));
            for (var row = 0L; row < Rows; row++)
            {
                var own = TWeighting.Weighted ? Weight(row, column) * weightScales : default;
                var magnitudes = Lanes.Magnitudes(Values + row * Stride + column, scales);
                LaneSums<TWeighting>.Add(magnitudes, own, highs, ref pSum, ref qSum, ref wSum);
                for (var between = Collector.Between<TWeighting>(magnitudes, own, lows, highs) & fresh; between != 0; between &= between - 1)
                {
                    var at = column + BitOperations.TrailingZeroCount(between);
                    found.Append(Values[row * Stride + at], TWeighting.Weighted ? weights[shared ? row : row * weightStride + at] : T.One, at);
                }
            }
            pSum.Store(p + column);
            qSum.Store(q + column);
            wSum.Store(w + column);
        }
    }

    /// <summary>The largest magnitude of each column; infinity or NaN if any of its entries is.</summary>
    public void Largest(double* largest) => LargestOf(Values, Stride, largest);

    /// <summary>The largest weight of each column by magnitude; infinity or NaN if any is. Only for weights of their own.</summary>
    public void LargestWeight(double* largest) => LargestOf(weights, weightStride, largest);

    private void LargestOf(T* values, long stride, double* largest)
    {
        for (var strip = 0; strip < Strips; strip++)
        {
            var column = StripStart(strip);
            var bits = Vector512<long>.Zero;
            for (var row = 0L; row < Rows; row++) bits = Vector512.Max(bits, Vector512.Abs(Lanes.Load(values + row * stride + column)).AsInt64());
            bits.AsDouble().Store(largest + column);
        }
    }

    /// <summary>The sums of each column's weights.</summary>
    public void WeightSums(double* weightScale, double* squares, double* least)
    {
        for (var strip = 0; strip < Strips; strip++)
        {
            var column = StripStart(strip);
            var (scales, sum, smallest) = (Vector512.Load(weightScale + column), Vector512<double>.Zero, Vector512.Create(double.PositiveInfinity));
            for (var row = 0L; row < Rows; row++)
            {
                var w = Weight(row, column) * scales;
                sum = Vector512.FusedMultiplyAdd(w, w, sum);
                smallest = Vector512.MinNative(smallest, w);
            }
            sum.Store(squares + column);
            smallest.Store(least + column);
        }
    }

    /// <summary>Writes each column's soft threshold, row after row; a factor that is NaN leaves the entries of the support as they are.</summary>
    /// <returns>How many entries are kept.</returns>
    public long Write<TWeighting>(double* tau, double* factor, double* scale, double* weightScale, T* destination)
        where TWeighting : struct, IWeighting
    {
        var kept = 0L;
        var (strips, last) = (Columns / Lanes.Width * Lanes.Width, Columns - Lanes.Width);
        var fresh = uint.MaxValue << (strips - last);
        for (var row = 0L; row < Rows; row++)
        {
            // The overlapping strip is computed before its neighbour may write over the entries they share, and stored after it.
            uint lastBits = 0;
            var lastResult = strips == Columns ? default : Strip<TWeighting>(row, last, tau, factor, scale, weightScale, out lastBits);
            for (var column = 0; column < strips; column += Lanes.Width)
            {
                Lanes.Store(destination + row * Stride + column, Strip<TWeighting>(row, column, tau, factor, scale, weightScale, out var bits));
                kept += BitOperations.PopCount(bits);
            }
            if (strips == Columns) continue;
            Lanes.Store(destination + row * Stride + last, lastResult);
            kept += BitOperations.PopCount(lastBits & fresh & 0xff);
        }
        return kept;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector512<double> Strip<TWeighting>(long row, int column, double* tau, double* factor, double* scale, double* weightScale, out uint bits)
        where TWeighting : struct, IWeighting =>
        SoftThreshold.Of<T, TWeighting>(
            Lanes.Load(Values + row * Stride + column),
            TWeighting.Weighted ? Weight(row, column) * Vector512.Load(weightScale + column) : default,
            Vector512.Load(scale + column), Vector512.Load(tau + column), Vector512.Load(factor + column), out bits);
}
