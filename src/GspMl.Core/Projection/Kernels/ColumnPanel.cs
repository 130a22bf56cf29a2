using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GspMl.Projection.Kernels;

/// <summary>
/// Interleaved vectors: eight or more columns of a row-major matrix, over some of its rows. A lane is a column, so that the matrix is read
/// along its rows and never transposed: a few rows at a time, eight columns by eight, with the columns' sums kept aside, since rows far apart
/// would fall on the same places of the caches before their neighbours are used. The last strip overlaps the one before it; both compute the
/// same for the columns they share.
/// </summary>
internal readonly unsafe partial struct ColumnPanel<T>(T* values, T* weights, long stride, long weightStride, int rows, int columns)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int FirstCache = 1 << 15, SamePlace = 1 << 10;

    public readonly T* Values = values;
    public readonly long Stride = stride;
    public readonly int Rows = rows;
    public readonly int Columns = columns;

    /// <summary>Weights of their own have the values' stride; a column of shared weights has one weight a row.</summary>
    private readonly T* weights = weights;
    private readonly long weightStride = weightStride;
    private readonly bool shared = weightStride == 1;

    /// <summary>Rows that are read together: they fit into the first cache, and do not push each other out of it.</summary>
    private int BlockRows => Stride * sizeof(T) % SamePlace == 0 ? 8 : Math.Clamp(FirstCache / (Columns * sizeof(T)), 8, 128);

    public int Strips => (Columns + Lanes.Width - 1) / Lanes.Width;

    public int StripStart(int strip) => Math.Min(strip * Lanes.Width, Columns - Lanes.Width);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<double> Weight(long row, int column) =>
        shared ? Vector512.Create(double.CreateTruncating(weights[row])) : Lanes.Load(weights + row * weightStride + column);

    /// <summary>The sums of each column at its own threshold.</summary>
    public void Sums<TWeighting>(double* tau, double* scale, double* weightScale, double* p, double* q, double* w)
        where TWeighting : struct, IWeighting
    {
        var sums = stackalloc Vector512<double>[3 * Strips];
        var blockRows = BlockRows;
        for (var (block, end) = (0L, 0L); block < Rows; block = end)
        {
            end = Math.Min(block + blockRows, Rows);
            for (var strip = 0; strip < Strips; strip++)
            {
                var column = StripStart(strip);
                var of = sums + 3 * strip;
                var (p0, q0, w0) = (of[0], of[1], of[2]);
                var (taus, scales, weightScales) = (Vector512.Load(tau + column), Vector512.Load(scale + column), Vector512.Load(weightScale + column));
                var c = Values + block * Stride + column;
                var row = block;
                // Two sets of sums, so that an addition need not wait for the one before it.
                Vector512<double> p1 = default, q1 = default, w1 = default;
                for (; row < end - 1; row += 2, c += 2 * Stride)
                {
                    LaneSums<TWeighting>.Add(Lanes.Magnitudes(c, scales), TWeighting.Weighted ? Lanes.Scaled<T>(Weight(row, column), weightScales) : default, taus, ref p0, ref q0, ref w0);
                    LaneSums<TWeighting>.Add(Lanes.Magnitudes(c + Stride, scales), TWeighting.Weighted ? Lanes.Scaled<T>(Weight(row + 1, column), weightScales) : default, taus, ref p1, ref q1, ref w1);
                }
                if (row < end) LaneSums<TWeighting>.Add(Lanes.Magnitudes(c, scales), TWeighting.Weighted ? Lanes.Scaled<T>(Weight(row, column), weightScales) : default, taus, ref p0, ref q0, ref w0);
                (of[0], of[1], of[2]) = (p0 + p1, q0 + q1, w0 + w1);
            }
        }
        for (var strip = 0; strip < Strips; strip++) Store(sums + 3 * strip, StripStart(strip), p, q, w);
    }

    /// <summary>Divides each column by its bracket, as <see cref="Collector"/> does; what is found is noted with its column, row after row.</summary>
    public void Collect<TWeighting>(
        double* low, double* high, double* scale, double* weightScale, double* p, double* q, double* w, double* largest, PanelCandidates<T> found)
        where TWeighting : struct, IWeighting
    {
        var sums = stackalloc Vector512<double>[4 * Strips];
        var blockRows = BlockRows;
        for (var (block, end) = (0L, 0L); block < Rows; block = end)
        {
            end = Math.Min(block + blockRows, Rows);
            for (var strip = 0; strip < Strips; strip++)
            {
                var column = StripStart(strip);
                var of = sums + 4 * strip;
                var fresh = uint.MaxValue << (strip * Lanes.Width - column);
                var (pSum, qSum, wSum, bits) = (of[0], of[1], of[2], of[3].AsInt64());
                var (lows, highs, scales, weightScales) = (Vector512.Load(low + column), Vector512.Load(high + column), Vector512.Load(scale + column), Vector512.Load(weightScale + column));
                for (var row = block; row < end; row++)
                {
                    var own = TWeighting.Weighted ? Lanes.Scaled<T>(Weight(row, column), weightScales) : default;
                    var magnitudes = Vector512.Abs(Lanes.Load(Values + row * Stride + column));
                    bits = Vector512.Max(bits, magnitudes.AsInt64());
                    magnitudes = Lanes.Scaled<T>(magnitudes, scales);
                    LaneSums<TWeighting>.Add(magnitudes, own, highs, ref pSum, ref qSum, ref wSum);
                    for (var between = Collector.Between<TWeighting>(magnitudes, own, lows, highs) & fresh; between != 0; between &= between - 1)
                    {
                        var at = column + BitOperations.TrailingZeroCount(between);
                        found.Append(Values[row * Stride + at], TWeighting.Weighted ? weights[shared ? row : row * weightStride + at] : T.One, at);
                    }
                }
                (of[0], of[1], of[2], of[3]) = (pSum, qSum, wSum, bits.AsDouble());
            }
        }
        for (var strip = 0; strip < Strips; strip++)
        {
            Store(sums + 4 * strip, StripStart(strip), p, q, w);
            sums[4 * strip + 3].Store(largest + StripStart(strip));
        }
    }

    /// <summary>The largest magnitude of each column; infinity or NaN if any of its entries is.</summary>
    public void Largest(double* largest)
    {
        var sums = stackalloc Vector512<double>[Strips];
        var blockRows = BlockRows;
        for (var (block, end) = (0L, 0L); block < Rows; block = end)
        {
            end = Math.Min(block + blockRows, Rows);
            for (var strip = 0; strip < Strips; strip++)
            {
                var (column, bits) = (StripStart(strip), sums[strip].AsInt64());
                for (var row = block; row < end; row++) bits = Vector512.Max(bits, Vector512.Abs(Lanes.Load(Values + row * Stride + column)).AsInt64());
                sums[strip] = bits.AsDouble();
            }
        }
        for (var strip = 0; strip < Strips; strip++) sums[strip].Store(largest + StripStart(strip));
    }

    /// <summary>The sums of each column's weights, and the largest before scaling. Only for weights of their own.</summary>
    public void WeightSums(double* weightScale, double* squares, double* least, double* largest)
    {
        var sums = stackalloc Vector512<double>[3 * Strips];
        for (var strip = 0; strip < Strips; strip++) sums[3 * strip + 1] = Vector512.Create(double.PositiveInfinity);
        var blockRows = BlockRows;
        for (var (block, end) = (0L, 0L); block < Rows; block = end)
        {
            end = Math.Min(block + blockRows, Rows);
            for (var strip = 0; strip < Strips; strip++)
            {
                var column = StripStart(strip);
                var of = sums + 3 * strip;
                var (scales, sum, smallest, bits) = (Vector512.Load(weightScale + column), of[0], of[1], of[2].AsInt64());
                for (var row = block; row < end; row++)
                {
                    var raw = Weight(row, column);
                    bits = Vector512.Max(bits, Vector512.Abs(raw).AsInt64());
                    var w = raw * scales;
                    sum = Vector512.FusedMultiplyAdd(w, w, sum);
                    smallest = Vector512.MinNative(smallest, w);
                }
                (of[0], of[1], of[2]) = (sum, smallest, bits.AsDouble());
            }
        }
        for (var strip = 0; strip < Strips; strip++) Store(sums + 3 * strip, StripStart(strip), squares, least, largest);
    }

    private static void Store(Vector512<double>* of, int column, double* first, double* second, double* third)
    {
        of[0].Store(first + column);
        of[1].Store(second + column);
        of[2].Store(third + column);
    }
}
