using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GspMl.Projection.Kernels;

/// <summary>Writing the projected columns, along the rows.</summary>
internal readonly unsafe partial struct ColumnPanel<T>
{
    /// <summary>Writes each column's soft threshold, row after row; a factor that is NaN leaves the entries of the support as they are.</summary>
    /// <param name="of">What the columns are thresholded at and multiplied with.</param>
    /// <param name="streaming">Whether the result goes past the caches; only if it is elsewhere than the entries.</param>
    /// <param name="destination">The result, with the stride of the entries.</param>
    /// <returns>How many entries are kept.</returns>
    public long Write<TWeighting>(in Thresholds of, bool streaming, T* destination)
        where TWeighting : struct, IWeighting
    {
        var aligned = streaming && Stride % Lanes.Width == 0;
        var head = aligned ? SoftThreshold.ToAlignment(destination) : 0;
        var last = Columns - Lanes.Width;
        var end = head + (Columns - head) / Lanes.Width * Lanes.Width;
        var (headBits, tailBits) = ((1u << head) - 1, 0xffu << (end - last) & 0xff);
        var kept = 0L;
        for (var row = 0L; row < Rows; row++)
        {
            // What overlaps other strips is computed before these may write over the entries they share, and stored after them.
            var to = destination + row * Stride;
            uint firstKept = 0, lastKept = 0;
            var firstResult = headBits == 0 ? default : Strip<TWeighting>(row, 0, of, out firstKept);
            var lastResult = tailBits == 0 ? default : Strip<TWeighting>(row, last, of, out lastKept);
            for (var column = head; column < end; column += Lanes.Width)
            {
                var result = Strip<TWeighting>(row, column, of, out var bits);
                if (aligned) Lanes.StoreStreaming(to + column, result);
                else Lanes.Store(to + column, result);
                kept += BitOperations.PopCount(bits);
            }
            if (headBits != 0) Lanes.Store(to, firstResult);
            if (tailBits != 0) Lanes.Store(to + last, lastResult);
            kept += BitOperations.PopCount(firstKept & headBits) + BitOperations.PopCount(lastKept & tailBits);
        }
        return kept;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector512<double> Strip<TWeighting>(long row, int column, in Thresholds of, out uint bits)
        where TWeighting : struct, IWeighting =>
        SoftThreshold.Of<T, TWeighting>(
            Lanes.Load(Values + row * Stride + column),
            TWeighting.Weighted ? Weight(row, column) * Vector512.Load(of.WeightScale + column) : default,
            Vector512.Load(of.Scale + column), Vector512.Load(of.Tau + column), Vector512.Load(of.Factor + column), out bits);

    /// <summary>A number of each kind for every column.</summary>
    public readonly struct Thresholds(double* tau, double* factor, double* scale, double* weightScale)
    {
        public readonly double* Tau = tau, Factor = factor, Scale = scale, WeightScale = weightScale;
    }
}
