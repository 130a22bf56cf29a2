using System.Numerics;
using GspMl.Projection.Kernels;

namespace GspMl.Projection.Solving;

/// <summary>The last pass: the projection, or its support, is written.</summary>
internal sealed unsafe class WritingPass<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Group<T> group;
    private readonly TieSelection<T> ties;
    private readonly ProjectionWriter<T> projection;
    private readonly UnchangedWriter<T> unchanged;
    private readonly MaskWriter<T> mask;
    private readonly Division<T> alongRows = new();
    private readonly PinnedArray<long> chunkKept = new();
    private readonly Action<int, int> writeChunk;
    private Division<T> division;
    private Solution solution;

    public WritingPass(Group<T> group, TieSelection<T> ties)
    {
        (this.group, this.ties, division, writeChunk) = (group, ties, group.Division, WriteChunk);
        unchanged = new(group);
        projection = new(group);
        mask = new(group);
    }

    /// <summary>Writes every vector as it was settled.</summary>
    /// <returns>How many entries are not zero.</returns>
    public long Run(in Solution solution)
    {
        this.solution = solution;
        division = Divide();
        chunkKept.Reserve(division.Chunks.Length);
        group.PassOver(division, writeChunk);
        var kept = 0L;
        for (var chunk = 0; chunk < division.Chunks.Length; chunk++) kept += chunkKept[chunk];
        return kept;
    }

    /// <summary>
    /// What is written is divided as it was read, but for interleaved vectors: memory likes long rows, and no sums are wanted any more.
    /// </summary>
    private Division<T> Divide()
    {
        var interleaved = false;
        foreach (ref readonly var section in group.Division.Sections) interleaved |= section.Panel;
        // Which of tied entries are dropped was counted chunk by chunk.
        if (!interleaved || group.IsSmall || solution.DroppedTies >= 0) return group.Division;
        alongRows.Clear();
        foreach (ref readonly var source in group.Division.Sources) alongRows.Add(source, alongRows: true);
        return alongRows;
    }

    private void WriteChunk(int index, int worker)
    {
        ref readonly var chunk = ref division.Chunks[index];
        ref readonly var section = ref division.Sections[chunk.Section];
        ref readonly var source = ref division.Sources[section.Source];
        var dropped = solution.DroppedTies < 0 ? default : ties.Find(section, chunk, index, worker);
        var isUnchanged = solution.Ending == ProjectionEnding.Unchanged;
        var kept = source.Mask != null ? mask.Write(section, chunk, isUnchanged, worker)
            : source.Destination == null ? 0
            : isUnchanged ? unchanged.Write(section, chunk, worker)
            : !section.Weighted ? projection.Write<Plain>(section, chunk, worker)
            : projection.Write<Weighted>(section, chunk, worker);
        chunkKept[index] = kept - Erase(source, section, chunk, dropped);
    }

    private static int Erase(in VectorSource<T> source, in Section section, in Chunk chunk, ReadOnlySpan<int> dropped)
    {
        foreach (var position in dropped)
        {
            var offset = source.Offset(section.First + position / chunk.Length, chunk.Start + position % chunk.Length);
            if (source.Mask != null) source.Mask[offset] = false;
            else source.Destination[offset] = T.Zero;
        }
        return dropped.Length;
    }
}
