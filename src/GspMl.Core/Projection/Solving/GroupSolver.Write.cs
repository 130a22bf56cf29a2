using GspMl.Projection.Kernels;

namespace GspMl.Projection;

/// <summary>The last pass: the projection, or its support, is written.</summary>
internal sealed unsafe partial class GroupSolver<T>
{
    /// <summary>Results of more bytes go past the caches: they would not be found there again.</summary>
    private const long Cacheable = 1 << 24;

    private readonly Action<int, int> writeChunk;
    private readonly PinnedArray<long> chunkKept = new();

    /// <summary>What is written is divided as it was read, but for interleaved vectors: memory likes long rows, and no sums are wanted any more.</summary>
    private Division<T> writing;

    private ProjectionResult Write(Solution solution, CancellationToken cancel)
    {
        this.solution = solution;
        FinalSums(cancel);
        OverSections(settleSection);
        cancel.ThrowIfCancellationRequested(); // for the last time: what is begun to be written is written
        DivideForWriting();
        chunkKept.Reserve(writing.Chunks.Length);
        entriesRead += division.Entries;
        batchWork = writeChunk;
        Force.Run(writing.ChunkBatches.Length, workOnWriting);
        Passed?.Invoke();

        var (vectors, zero, undefined) = Count();
        var (sum, kept) = (0.0, 0L);
        for (var section = 0; section < division.Sections.Length; section++) sum += sectionSums[section];
        for (var chunk = 0; chunk < writing.Chunks.Length; chunk++) kept += chunkKept[chunk];
        return new(
            Multiplier: WritingMultiplier / unit,
            Sparsity: vectors == 0 ? 1 : sum / vectors,
            Zeros: division.Entries == 0 ? 0 : (double)(division.Entries - kept) / division.Entries,
            solution.Iterations, solution.Ending, vectors, zero, undefined);
    }

    /// <summary>Each vector's sums at the multiplier to be written, in <see cref="VectorTable.Current"/>.</summary>
    private void FinalSums(CancellationToken cancel)
    {
        if (solution.DroppedTies >= 0) DropTies(cancel);
        if (!counting) return;
        StopCounting();
        Evaluate(solution.Multiplier);
    }

    private void DivideForWriting()
    {
        var interleaved = false;
        foreach (ref readonly var section in division.Sections) interleaved |= section.Panel;
        writing = division;
        // Which of tied entries are dropped was counted chunk by chunk.
        if (!interleaved || IsSmall || solution.DroppedTies >= 0) return;
        alongRows.Clear();
        foreach (ref readonly var source in division.Sources) alongRows.Add(source, alongRows: true);
        writing = alongRows;
    }

    private void WriteChunk(int index, int worker)
    {
        ref readonly var chunk = ref writing.Chunks[index];
        ref readonly var section = ref writing.Sections[chunk.Section];
        ref readonly var source = ref division.Sources[section.Source];
        var dropped = FindDropped(section, chunk, index, worker);
        if (source.Mask != null) chunkKept[index] = WriteMask(section, chunk, worker);
        else if (source.Destination == null) chunkKept[index] = 0;
        else if (solution.Ending == ProjectionEnding.Unchanged) chunkKept[index] = Copy(section, chunk, worker);
        else if (!section.Weighted) chunkKept[index] = Write<Plain>(section, chunk, worker);
        else chunkKept[index] = Write<Weighted>(section, chunk, worker);
        if (dropped > 0) chunkKept[index] -= EraseDropped(section, chunk, workers[worker].Dropped.Span(dropped));
    }

    private long Write<TWeighting>(in Section section, in Chunk chunk, int worker)
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
        var panel = Panel(section, chunk);
        var thresholds = new ColumnPanel<T>.Thresholds(table.Tau.Pointer + v, table.Factor.Pointer + v, table.Scale.Pointer + v, table.WeightScale.Pointer + v);
        var destination = source.Destination + source.Offset(section.First, chunk.Start);
        return panel.Write<TWeighting>(thresholds, IsStreamed(source) && panel.CanStream, destination);
    }

    private long WriteRow<TWeighting>(in Section section, int k, in Chunk chunk, int worker)
        where TWeighting : struct, IWeighting
    {
        ref readonly var source = ref division.Sources[section.Source];
        var v = section.Vector + k;
        var row = Row(section, k, chunk, worker);
        var destination = source.Destination + source.Offset(section.First + k, chunk.Start);
        if (!section.Defined || table.Largest[v] == 0) return CopyRow(row, destination);
        var stride = source.Layout.ElementStride;
        if (stride != 1) workers[worker].Result.Reserve(chunk.Length);
        var result = stride == 1 ? destination : workers[worker].Result.Pointer;
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
            else if (options.Values == ProjectionValues.Projected)
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

    private int EraseDropped(in Section section, in Chunk chunk, ReadOnlySpan<int> dropped)
    {
        ref readonly var source = ref division.Sources[section.Source];
        foreach (var position in dropped)
        {
            var offset = source.Offset(section.First + position / chunk.Length, chunk.Start + position % chunk.Length);
            if (source.Mask != null) source.Mask[offset] = false;
            else source.Destination[offset] = T.Zero;
        }
        return dropped.Length;
    }
}
