using GspMl.Projection.Kernels;

namespace GspMl.Projection;

/// <summary>Where entries and weights lie.</summary>
internal sealed unsafe partial class GroupSolver<T>
{
    /// <summary>A chunk's part of one vector with contiguous entries: those of the source, gathered ones, or those of the worker's tile.</summary>
    private Entries<T> Row(in Section section, int k, in Chunk chunk, int worker)
    {
        if (!section.Panel) return Row(section, k, chunk.Start, chunk.Length, worker);
        ref readonly var source = ref division.Sources[section.Source];
        var (tile, first, v) = (workers[worker].Tile, source.Offset(section.First, chunk.Start), section.Vector + k);
        tile.Hold(source.Source + first, section.OwnWeights ? source.Weights + first : null, source.Layout.ElementStride, chunk.Length, section.Count);
        var weights = section.OwnWeights ? tile.Weights(k) : section.Weighted ? source.WeightAt(section.First, chunk.Start) : null;
        return new(tile.Values(k), weights, chunk.Length, table.Scale[v], table.WeightScale[v]);
    }

    private Entries<T> WholeRow(in Section section, int k, int worker) => Row(section, k, 0, section.Length, worker);

    private Entries<T> Row(in Section section, int k, int start, int length, int worker)
    {
        ref readonly var source = ref division.Sources[section.Source];
        var (vector, v) = (section.First + k, section.Vector + k);
        var stride = source.Layout.ElementStride;
        var values = Contiguous(source.Source + source.Offset(vector, start), length, stride, workers[worker].Values);
        var weights = source.Weights == null ? null
            : Contiguous(source.WeightAt(vector, start), length, source.SharedWeights ? 1 : stride, workers[worker].Weights);
        return new(values, weights, length, table.Scale[v], table.WeightScale[v]);
    }

    private static T* Contiguous(T* from, int length, long stride, PinnedArray<T> scratch)
    {
        if (stride == 1 || length < 2) return from;
        scratch.Reserve(length);
        var to = scratch.Pointer;
        for (var j = 0; j < length; j++) to[j] = from[j * stride];
        return to;
    }

    private ColumnPanel<T> Panel(in Section section, in Chunk chunk)
    {
        ref readonly var source = ref division.Sources[section.Source];
        var stride = source.Layout.ElementStride;
        var weights = source.Weights == null ? null : source.WeightAt(section.First, chunk.Start);
        return new(source.Source + source.Offset(section.First, chunk.Start), weights, stride, source.SharedWeights ? 1 : stride, chunk.Length, section.Count);
    }

    private double Threshold(int v, double multiplier) => Math.Min(1e300, multiplier * table.Rate[v]);

    private void SetThresholds(in Section section, double multiplier, PinnedArray<double> tau)
    {
        for (var v = section.Vector; v < section.Vector + section.Count; v++) tau[v] = Threshold(v, multiplier);
    }
}
