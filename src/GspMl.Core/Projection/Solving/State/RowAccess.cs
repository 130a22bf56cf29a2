using System.Numerics;
using System.Runtime.CompilerServices;
using GspMl.Projection.Kernels;

namespace GspMl.Projection.Solving;

/// <summary>
/// Where entries and weights lie. What tells it is inlined: a structure that is copied right after its fields were written has to wait for
/// them, which costs as much as the sums of a short vector.
/// </summary>
internal sealed unsafe class RowAccess<T>(Division<T> division, VectorTable table, Worker<T>[] workers)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// A chunk's part of one vector with contiguous entries: those of the source, gathered ones, or those of the worker's tile.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Entries<T> Part(in Section section, int k, in Chunk chunk, int worker)
    {
        if (!section.Panel) return Part(section, k, chunk.Start, chunk.Length, worker);
        ref readonly var source = ref division.Sources[section.Source];
        var (tile, first, v) = (workers[worker].Tile, source.Offset(section.First, chunk.Start), section.Vector + k);
        var ownWeights = section.OwnWeights ? source.Weights + first : null;
        tile.Hold(source.Source + first, ownWeights, source.Layout.ElementStride, chunk.Length, section.Count);
        var weights = section.OwnWeights ? tile.Weights(k) : section.Weighted ? source.WeightAt(section.First, chunk.Start) : null;
        return new(tile.Values(k), weights, chunk.Length, table.Scale[v], table.WeightScale[v]);
    }

    /// <summary>A chunk's part of one vector, gathered by itself even where the vectors are interleaved.</summary>
    public Entries<T> Alone(in Section section, int k, in Chunk chunk, int worker) => Part(section, k, chunk.Start, chunk.Length, worker);

    /// <summary>All entries of a vector.</summary>
    public Entries<T> Whole(in Section section, int k, int worker) => Part(section, k, 0, section.Length, worker);

    /// <summary>The interleaved vectors of a chunk, side by side.</summary>
    public ColumnPanel<T> Panel(in Section section, in Chunk chunk) => new(Columns(section, chunk));

    /// <summary>The rows of the matrix whose columns they are.</summary>
    public ColumnRows<T> Columns(in Section section, in Chunk chunk)
    {
        ref readonly var source = ref division.Sources[section.Source];
        var stride = source.Layout.ElementStride;
        var weights = source.Weights == null ? null : source.WeightAt(section.First, chunk.Start);
        var values = source.Source + source.Offset(section.First, chunk.Start);
        return new(values, weights, stride, source.SharedWeights ? 1 : stride, chunk.Length, section.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Entries<T> Part(in Section section, int k, int start, int length, int worker)
    {
        ref readonly var source = ref division.Sources[section.Source];
        var (vector, v) = (section.First + k, section.Vector + k);
        var stride = source.Layout.ElementStride;
        var values = Contiguous(source.Source + source.Offset(vector, start), length, stride, workers[worker].Values);
        var weights = source.Weights == null ? null
            : Contiguous(source.WeightAt(vector, start), length, source.SharedWeights ? 1 : stride, workers[worker].Weights);
        return new(values, weights, length, table.Scale[v], table.WeightScale[v]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T* Contiguous(T* from, int length, long stride, PinnedArray<T> scratch)
    {
        return stride == 1 || length < 2 ? from : Gathered(from, length, stride, scratch);
    }

    private static T* Gathered(T* from, int length, long stride, PinnedArray<T> scratch)
    {
        scratch.Reserve(length);
        var to = scratch.Pointer;
        for (var j = 0; j < length; j++) to[j] = from[j * stride];
        return to;
    }
}
