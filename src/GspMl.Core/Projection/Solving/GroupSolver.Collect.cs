using System.Runtime.Intrinsics;
using GspMl.Projection.Kernels;

namespace GspMl.Projection;

/// <summary>Narrowing the work to a bracket of multipliers.</summary>
internal sealed unsafe partial class GroupSolver<T>
{
    private readonly Action<int, int> collectBatch, shrinkSection;
    private readonly List<Candidates<T>> candidates = [];
    private readonly PinnedArray<int> slotCounts = new(), slotStarts = new();
    private double low, high, narrowedLow, narrowedHigh;
    private bool collected;

    /// <summary>One pass over everything: sums of what lies over the bracket, and the entries within it.</summary>
    private void Collect(double fromMultiplier, double toMultiplier)
    {
        (low, high, collected) = (fromMultiplier, toMultiplier, false);
        while (candidates.Count < division.ChunkBatches.Length) candidates.Add(new());
        PrepareThresholds(low, table.Tau);
        PrepareThresholds(high, table.HighTau);
        entriesRead += division.Entries;
        Force.Run(division.ChunkBatches.Length, collectBatch);
        Passed?.Invoke();
        if (!scanned)
        {
            FinishScan();
            FinishShapes();
        }
        foreach (ref readonly var section in division.Sections)
        {
            for (var k = 0; k < section.Count; k++) table.Base[section.Vector + k] = SlotSums(section, k);
        }
        collected = true;
    }

    private void CollectBatch(int index, int worker)
    {
        ref readonly var batch = ref division.ChunkBatches[index];
        var (found, room, weighted) = (workers[worker].Found, 0L, false);
        foreach (ref readonly var chunk in division.Chunks[batch.First..batch.End])
        {
            ref readonly var section = ref division.Sections[chunk.Section];
            room += (long)section.Count * Candidates<T>.Padded(chunk.Length);
            weighted |= section.Weighted;
        }
        found.Reserve(room + Lanes.Width, weighted);
        for (var chunk = batch.First; chunk < batch.End; chunk++) CollectChunk(chunk, worker);
        candidates[index].CopyFrom(found, weighted);
    }

    /// <summary>
    /// Before a chunk was scanned its entries are taken to need no scale: that can be told when they have been read, and hardly ever sends
    /// them through once more.
    /// </summary>
    private void CollectChunk(int index, int worker)
    {
        ref readonly var chunk = ref division.Chunks[index];
        ref readonly var section = ref division.Sections[chunk.Section];
        var start = workers[worker].Found.Count;
        if (!scanned) ScanBeforeCollecting(index, worker);
        CollectWithin(section, chunk, worker);
        if (scanned || options.UnitNorm || section.Parts > 1 || !SetScales(section)) return;
        SetShapes(section);
        workers[worker].Found.Count = start;
        CollectWithin(section, chunk, worker);
    }

    private void CollectWithin(in Section section, in Chunk chunk, int worker)
    {
        if (section.Parts == 1)
        {
            SetThresholds(section, low, table.Tau);
            SetThresholds(section, high, table.HighTau);
        }
        if (!section.Weighted) CollectWithin<Plain>(section, chunk, worker);
        else if (counting) CollectWithin<WeightedCount>(section, chunk, worker);
        else CollectWithin<Weighted>(section, chunk, worker);
    }

    private void CollectWithin<TWeighting>(in Section section, in Chunk chunk, int worker)
        where TWeighting : struct, IWeighting
    {
        for (var k = 0; k < section.Count; k++) CollectRow<TWeighting>(section, k, chunk, worker);
    }

    private void CollectRow<TWeighting>(in Section section, int k, in Chunk chunk, int worker)
        where TWeighting : struct, IWeighting
    {
        var (found, v, slot) = (workers[worker].Found, section.Vector + k, chunk.Slot + k);
        var values = found.Values.Pointer + found.Count;
        var weights = section.Weighted ? found.Weights.Pointer + found.Count : null;
        var (count, largest) = (0, Vector512<long>.Zero);
        var row = Row(section, k, chunk, worker);
        slots[slot] = Collector.Collect<T, TWeighting>(row, table.Tau[v], table.HighTau[v], values, weights, ref count, ref largest);
        slotLargest[slot] = LargestMagnitude.OfLanes(largest);
        (slotStarts[slot], slotCounts[slot]) = (found.Count, count);
        Candidates<T>.Pad(values, weights, count);
        found.Count += Candidates<T>.Padded(count);
    }

    /// <summary>Narrows the bracket further, among the entries that are left.</summary>
    private void Shrink(double fromMultiplier, double toMultiplier)
    {
        (narrowedLow, narrowedHigh) = (fromMultiplier, toMultiplier);
        OverSections(shrinkSection);
        (low, high) = (narrowedLow, narrowedHigh);
    }

    private void ShrinkSection(int index, int worker)
    {
        ref readonly var section = ref division.Sections[index];
        for (var k = 0; k < section.Count; k++)
        {
            var v = section.Vector + k;
            var (from, to) = (Threshold(v, narrowedLow), Threshold(v, narrowedHigh));
            var sums = table.Base[v].Lowered(Math.Max(0, Threshold(v, high) - to));
            for (var part = 0; part < section.Parts; part++)
            {
                var within = Within(section, k, part, out var slot);
                if (within.Length == 0) continue;
                var (count, largest) = (0, Vector512<long>.Zero);
                sums += !section.Weighted ? Collector.Collect<T, Plain>(within, from, to, within.Values, within.Weights, ref count, ref largest)
                    : counting ? Collector.Collect<T, WeightedCount>(within, from, to, within.Values, within.Weights, ref count, ref largest)
                    : Collector.Collect<T, Weighted>(within, from, to, within.Values, within.Weights, ref count, ref largest);
                Candidates<T>.Pad(within.Values, within.Weights, count);
                slotCounts[slot] = count;
            }
            table.Base[v] = sums;
        }
    }

    /// <summary>The sums of one vector at the multiplier being evaluated: those over the bracket, and the entries within it.</summary>
    private ThresholdSums CollectedSums(in Section section, int k)
    {
        var v = section.Vector + k;
        var tau = Threshold(v, evaluated);
        var sums = table.Base[v].Lowered(Math.Max(0, Threshold(v, high) - tau));
        for (var part = 0; part < section.Parts; part++)
        {
            var within = Within(section, k, part, out _);
            if (within.Length == 0) continue;
            sums += !section.Weighted ? ThresholdSums.Of<T, Plain>(within, tau)
                : counting ? ThresholdSums.Of<T, WeightedCount>(within, tau)
                : ThresholdSums.Of<T, Weighted>(within, tau);
        }
        return sums;
    }

    private Entries<T> Within(in Section section, int k, int part, out int slot)
    {
        ref readonly var chunk = ref division.Chunks[section.FirstChunk + part];
        slot = chunk.Slot + k;
        return Within(section, k, chunk);
    }

    /// <summary>The entries of a vector's part that lie within the bracket, and the zeros that pad them.</summary>
    private Entries<T> Within(in Section section, int k, in Chunk chunk)
    {
        var (kept, slot) = (candidates[chunk.Batch], chunk.Slot + k);
        return new(kept.Values.Pointer + slotStarts[slot], section.Weighted ? kept.Weights.Pointer + slotStarts[slot] : null,
            Candidates<T>.Padded(slotCounts[slot]), table.Scale[section.Vector + k], table.WeightScale[section.Vector + k]);
    }

    private long CandidatesLeft()
    {
        var left = 0L;
        foreach (var count in slotCounts.Span(division.Slots)) left += count;
        return left;
    }
}
