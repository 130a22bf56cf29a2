using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GspMl.Projection.Kernels;

/// <summary>Writing the projected columns.</summary>
internal readonly unsafe partial struct ColumnPanel<T>
{
    /// <summary>Writes each column's soft threshold, row after row; a factor that is NaN leaves the entries of the support as they are.</summary>
    /// <param name="of">What the columns are thresholded at and multiplied with.</param>
    /// <param name="destination">The result, with the stride of the entries; may be where they are.</param>
    /// <returns>How many entries are kept.</returns>
    public long Write<TWeighting>(in Thresholds of, T* destination)
        where TWeighting : struct, IWeighting
    {
        var (kept, strips, last) = (0L, Columns / Lanes.Width, Columns - Lanes.Width);
        var fresh = 0xffu << (strips * Lanes.Width - last) & 0xff;
        var space = stackalloc Vector512<double>[4 * Strips + 1];
        var table = (Vector512<double>*)(((nuint)space + 63) & ~(nuint)63);
        for (var strip = 0; strip < Strips; strip++) of.CopyTo(table + 4 * strip, StripStart(strip));
        for (var row = 0L; row < Rows; row++)
        {
            // The strip that overlaps its neighbour is computed before this may write over the entries they share, and stored after it.
            var (to, tail, bits) = ((nint)(destination + row * Stride), default(Vector512<double>), 0u);
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
    private Vector512<double> Strip<TWeighting>(long row, int column, Vector512<double>* of, out uint bits)
        where TWeighting : struct, IWeighting =>
        SoftThreshold.Of<T, TWeighting>(
            Lanes.Load(Values + row * Stride + column), TWeighting.Weighted ? Lanes.Scaled<T>(Weight(row, column), of[3]) : default, of[0], of[1], of[2], out bits);

    /// <summary>
    /// The same past the caches, row after row, so that memory gets whole lines. Not in place, and only if a row is as aligned as the next:
    /// <see cref="CanStream"/>.
    /// </summary>
    public long WriteStreaming<TWeighting>(in Thresholds of, T* destination)
        where TWeighting : struct, IWeighting
    {
        var (kept, head, last) = (0L, SoftThreshold.ToAlignment(destination), Columns - Lanes.Width);
        var end = head + (Columns - head) / Lanes.Width * Lanes.Width;
        var (headBits, tailBits) = ((1u << head) - 1, 0xffu << (end - last) & 0xff);
        for (var row = 0L; row < Rows; row++)
        {
            var to = destination + row * Stride;
            uint bits = 0;
            if (headBits != 0) Lanes.Store(to, Strip<TWeighting>(row, 0, of, out bits));
            kept += BitOperations.PopCount(bits & headBits);
            if (tailBits != 0) Lanes.Store(to + last, Strip<TWeighting>(row, last, of, out bits));
            kept += BitOperations.PopCount(bits & tailBits);
            for (var column = head; column < end; column += Lanes.Width)
            {
                Lanes.StoreStreaming(to + column, Strip<TWeighting>(row, column, of, out bits));
                kept += BitOperations.PopCount(bits);
            }
        }
        return kept;
    }

    public bool CanStream => Stride % Lanes.Width == 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector512<double> Strip<TWeighting>(long row, int column, in Thresholds of, out uint bits)
        where TWeighting : struct, IWeighting =>
        SoftThreshold.Of<T, TWeighting>(
            Lanes.Load(Values + row * Stride + column),
            TWeighting.Weighted ? Lanes.Scaled<T>(Weight(row, column), Vector512.Load(of.WeightScale + column)) : default,
            Vector512.Load(of.Scale + column), Vector512.Load(of.Tau + column), Vector512.Load(of.Factor + column), out bits);

    /// <summary>A number of each kind for every column.</summary>
    public readonly struct Thresholds(double* tau, double* factor, double* scale, double* weightScale)
    {
        public readonly double* Tau = tau, Factor = factor, Scale = scale, WeightScale = weightScale;

        public void CopyTo(Vector512<double>* lanes, int column) =>
            (lanes[0], lanes[1], lanes[2], lanes[3]) = (Vector512.Load(Scale + column), Vector512.Load(Tau + column), Vector512.Load(Factor + column), Vector512.Load(WeightScale + column));
    }
}
