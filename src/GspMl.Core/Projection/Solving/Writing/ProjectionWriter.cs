using System.Numerics;
using GspMl.Projection.Kernels;

namespace GspMl.Projection.Solving;

/// <summary>Writes the projection of vectors as they were settled.</summary>
internal sealed unsafe class ProjectionWriter<T>(Group<T> group)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Results of more bytes go past the caches: they would not be found there again.</summary>
    private const long Cacheable = 1 << 24;

    private readonly Division<T> division = group.Division;
    private readonly VectorTable table = group.Table;
    private readonly bool projects = group.Options.Values == ProjectionValues.Projected;

    /// <returns>How many entries are not zero.</returns>
    public long Write<TWeighting>(in Section section, in Chunk chunk, int worker)
        where TWeighting : struct, IWeighting
    {
        var kept = 0L;
        if (section.Panel) kept = WritePanel<TWeighting>(section, chunk);
        for (var k = 0; k < section.Count; k++)
        {
            if (!section.Panel) kept += WriteRow<TWeighting>(section, k, chunk, worker);
            if (table.OneHot[section.Vector + k] >= 0) kept += WriteOneHotOrTie(section, k, chunk);
        }
        return kept;
    }

    private bool IsStreamed(in VectorSource<T> source) => source.Destination != source.Source && division.Entries * sizeof(T) > Cacheable;

    private long WritePanel<TWeighting>(in Section section, in Chunk chunk)
        where TWeighting : struct, IWeighting
    {
        ref readonly var source = ref division.Sources[section.Source];
        var v = section.Vector;
        var panel = group.Rows.Panel(section, chunk);
        var thresholds = new ColumnPanel<T>.Thresholds(
            table.Tau.Pointer + v, table.Factor.Pointer + v, table.Scale.Pointer + v, table.WeightScale.Pointer + v);
        var destination = source.Destination + source.Offset(section.First, chunk.Start);
        return panel.Write<TWeighting>(thresholds, IsStreamed(source) && panel.CanStream, destination);
    }

    private long WriteRow<TWeighting>(in Section section, int k, in Chunk chunk, int worker)
        where TWeighting : struct, IWeighting
    {
        ref readonly var source = ref division.Sources[section.Source];
        var v = section.Vector + k;
        var row = group.Rows.Part(section, k, chunk, worker);
        var destination = source.Destination + source.Offset(section.First + k, chunk.Start);
        if (!section.Defined || table.Largest[v] == 0) return UnchangedWriter<T>.Copy(row, destination);
        var (stride, scratch) = (source.Layout.ElementStride, group.Workers[worker].Result);
        if (stride != 1) scratch.Reserve(chunk.Length);
        var result = stride == 1 ? destination : scratch.Pointer;
        var kept = SoftThreshold.Write<T, TWeighting>(row, table.Tau[v], table.Factor[v], stride == 1 && IsStreamed(source), result);
        for (var j = 0; stride != 1 && j < chunk.Length; j++) destination[j * stride] = result[j];
        return kept;
    }

    /// <summary>After the kernel has kept the original values of tied entries, or nothing of a vector that comes down to one.</summary>
    /// <returns>How many more entries are not zero than the kernel kept.</returns>
    private int WriteOneHotOrTie(in Section section, int k, in Chunk chunk)
    {
        ref readonly var source = ref division.Sources[section.Source];
        var (v, vector, more) = (section.Vector + k, section.First + k, 0);
        var share = table.TieShare[v];
        for (var j = 0; !double.IsNaN(share) && j < chunk.Length; j++)
        {
            ref var x = ref source.Destination[source.Offset(vector, chunk.Start + j)];
            if (x == T.Zero) continue;
            if (share == 0 || chunk.Start + j == table.OneHot[v]) (x, more) = (T.Zero, more - 1);
            else if (projects)
            {
                x = T.CopySign(T.CreateTruncating(share * WeightOf(source, v, vector, chunk.Start + j)), x);
                if (x == T.Zero) more--;
            }
        }
        var at = table.OneHot[v] - chunk.Start;
        if (at < 0 || at >= chunk.Length) return more;
        var kept = T.CreateTruncating(table.OneHotValue[v]);
        source.Destination[source.Offset(vector, table.OneHot[v])] = kept;
        return kept == T.Zero ? more : more + 1;
    }

    private double WeightOf(in VectorSource<T> source, int v, int vector, long entry) =>
        source.Weights == null ? 1 : double.CreateTruncating(*source.WeightAt(vector, entry)) * table.WeightScale[v];
}
