using System.Numerics;
using System.Runtime.Intrinsics;
using GspMl.Projection.Kernels;

namespace GspMl.Projection.Solving;

/// <summary>
/// One pass over everything that narrows the work to a bracket of multipliers: sums of what lies over it, and the entries within it.
/// </summary>
internal sealed unsafe class CollectingPass<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Group<T> group;
    private readonly Division<T> division;
    private readonly VectorTable table;
    private readonly GroupScan<T> scan;
    private readonly PartialSums<T> partial;
    private readonly BracketEntries<T> bracket;
    private readonly Action<int, int> collectBatch;

    public CollectingPass(Group<T> group, GroupScan<T> scan, PartialSums<T> partial, BracketEntries<T> bracket)
    {
        (this.group, this.scan, this.partial, this.bracket) = (group, scan, partial, bracket);
        (division, table, collectBatch) = (group.Division, group.Table, CollectBatch);
    }

    /// <summary>Collects what lies between two multipliers.</summary>
    public void Run(double low, double high)
    {
        bracket.Begin(low, high);
        table.SetThresholdsOfParts(division.Sections, low, table.Tau);
        table.SetThresholdsOfParts(division.Sections, high, table.HighTau);
        group.PassOverBatches(division, collectBatch);
        scan.Finish();
        foreach (ref readonly var section in division.Sections)
        {
            for (var k = 0; k < section.Count; k++) table.Base[section.Vector + k] = partial.Of(section, k);
        }
        bracket.IsFilled = true;
    }

    private void CollectBatch(int index, int worker)
    {
        ref readonly var batch = ref division.ChunkBatches[index];
        var (found, room, weighted) = (group.Workers[worker].Found, 0L, false);
        foreach (ref readonly var chunk in division.Chunks[batch.First..batch.End])
        {
            ref readonly var section = ref division.Sections[chunk.Section];
            room += (long)section.Count * Candidates<T>.Padded(chunk.Length);
            weighted |= section.Weighted;
        }
        found.Reserve(room + Lanes.Width, weighted);
        for (var chunk = batch.First; chunk < batch.End; chunk++) CollectChunk(chunk, worker);
        bracket.Store(index, found, weighted);
    }

    /// <summary>
    /// Before a chunk was scanned its entries are taken to need no scale: that can be told when they have been read, and hardly ever sends
    /// them through once more.
    /// </summary>
    private void CollectChunk(int index, int worker)
    {
        ref readonly var chunk = ref division.Chunks[index];
        ref readonly var section = ref division.Sections[chunk.Section];
        var found = group.Workers[worker].Found;
        var start = found.Count;
        if (!scan.IsComplete) scan.ScanBeforeCollecting(index, worker);
        CollectWithin(section, chunk, worker);
        if (scan.IsComplete || group.Options.UnitNorm || section.Parts > 1 || !scan.FindsScales(section)) return;
        found.Count = start;
        CollectWithin(section, chunk, worker);
    }

    private void CollectWithin(in Section section, in Chunk chunk, int worker)
    {
        if (section.Parts == 1)
        {
            table.SetThresholds(section, bracket.Low, table.Tau);
            table.SetThresholds(section, bracket.High, table.HighTau);
        }
        if (!section.Weighted) CollectWithin<Plain>(section, chunk, worker);
        else if (group.CountsZeros) CollectWithin<WeightedCount>(section, chunk, worker);
        else CollectWithin<Weighted>(section, chunk, worker);
    }

    private void CollectWithin<TWeighting>(in Section section, in Chunk chunk, int worker)
        where TWeighting : struct, IWeighting
    {
        var (rows, found) = (group.Rows, group.Workers[worker].Found);
        if (section.Panel && typeof(TWeighting) != typeof(WeightedCount) && ColumnSweep.Pays<T>(
            section.Count, division.Sources[section.Source].Layout.ElementStride, section.OwnWeights, bracket.Low, bracket.High))
        {
            CollectColumns<TWeighting>(section, chunk, worker);
            return;
        }
        for (var k = 0; k < section.Count; k++) CollectRow<TWeighting>(section, k, chunk, rows.Part(section, k, chunk, worker), found);
    }

    /// <summary>Interleaved vectors all at once, but for those whose sums are too large or small for their arithmetic.</summary>
    private void CollectColumns<TWeighting>(in Section section, in Chunk chunk, int worker)
        where TWeighting : struct, IWeighting
    {
        var (columns, found, first) = (group.Workers[worker].Columns, group.Workers[worker].Found, section.Vector);
        columns.Sweep(group.Rows.Columns(section, chunk), table.Tau.Pointer + first, table.HighTau.Pointer + first,
            table.Scale.Pointer + first, table.WeightScale.Pointer + first);
        for (var k = 0; k < section.Count; k++)
        {
            var values = found.Values.Pointer + found.Count;
            var weights = section.Weighted ? found.Weights.Pointer + found.Count : null;
            if (columns.TryTake(k, values, weights, out var count, out var sums))
            {
                partial[chunk.Slot + k] = sums;
                Note(chunk.Slot + k, columns.Largest(k), found, values, weights, count);
            }
            else CollectRow<TWeighting>(section, k, chunk, group.Rows.Alone(section, k, chunk, worker), found);
        }
    }

    private void CollectRow<TWeighting>(in Section section, int k, in Chunk chunk, in Entries<T> row, Candidates<T> found)
        where TWeighting : struct, IWeighting
    {
        var (v, slot) = (section.Vector + k, chunk.Slot + k);
        var values = found.Values.Pointer + found.Count;
        var weights = section.Weighted ? found.Weights.Pointer + found.Count : null;
        var count = 0;
        if (typeof(TWeighting) == typeof(Plain) && Collector.IsSwept(row))
        {
            // Straight away: each method between costs a short vector as much as a few of its registers.
            partial[slot] = Collector.Doubles(row, table.Tau[v], table.HighTau[v], (double*)values, ref count, out var magnitude);
            Note(slot, magnitude, found, values, null, count);
            return;
        }
        var largest = Vector512<long>.Zero;
        partial[slot] = Collector.Collect<T, TWeighting>(row, table.Tau[v], table.HighTau[v], values, weights, ref count, ref largest);
        Note(slot, LargestMagnitude.OfLanes(largest), found, values, weights, count);
    }

    private void Note(int slot, double magnitude, Candidates<T> found, T* values, T* weights, int count)
    {
        scan.Note(slot, magnitude);
        bracket.Note(slot, found.Count, count);
        Candidates<T>.Pad(values, weights, count);
        found.Count += Candidates<T>.Padded(count);
    }
}
