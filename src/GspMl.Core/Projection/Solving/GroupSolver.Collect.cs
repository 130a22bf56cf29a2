using GspMl.Projection.Kernels;

namespace GspMl.Projection;

/// <summary>Narrowing the work to a bracket of multipliers.</summary>
internal sealed unsafe partial class GroupSolver<T>
{
    private readonly Action<int, int> collectChunk, shrinkSection;
    private readonly List<Candidates<T>> candidates = [];
    private readonly PinnedArray<int> slotCounts = new(), slotStarts = new();
    private double low, high, narrowedLow, narrowedHigh;
    private bool collected;

    /// <summary>One pass over everything: sums of what lies over the bracket, and the entries within it.</summary>
    private void Collect(double fromMultiplier, double toMultiplier)
    {
        (low, high, collected) = (fromMultiplier, toMultiplier, false);
        while (candidates.Count < division.Chunks.Length) candidates.Add(new());
        PrepareThresholds(low, table.Tau);
        PrepareThresholds(high, table.HighTau);
        PassOver(collectChunk);
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

    private void CollectChunk(int index, int worker)
    {
        ref readonly var chunk = ref division.Chunks[index];
        ref readonly var section = ref division.Sections[chunk.Section];
        if (!scanned) ScanChunk(index, worker);
        if (section.Parts == 1)
        {
            SetThresholds(section, low, table.Tau);
            SetThresholds(section, high, table.HighTau);
        }
        workers[worker].Found.Reserve(section.Count * chunk.Length, section.Weighted, section.Panel);
        if (!section.Weighted) CollectChunk<Plain>(section, chunk, worker);
        else if (counting) CollectChunk<WeightedCount>(section, chunk, worker);
        else CollectChunk<Weighted>(section, chunk, worker);
        Keep(candidates[index], workers[worker].Found, section, chunk);
    }

    private void CollectChunk<TWeighting>(in Section section, in Chunk chunk, int worker)
        where TWeighting : struct, IWeighting
    {
        var (found, v) = (workers[worker].Found, section.Vector);
        if (section.Panel)
        {
            Panel(section, chunk).Collect<TWeighting>(
                table.Tau.Pointer + v, table.HighTau.Pointer + v, table.Scale.Pointer + v, table.WeightScale.Pointer + v,
                slots.P + chunk.Slot, slots.Q + chunk.Slot, slots.W + chunk.Slot, found);
            return;
        }
        for (var k = 0; k < section.Count; k++)
        {
            var (row, before) = (Row(section, k, chunk.Start, chunk.Length, worker), found.Count);
            slots[chunk.Slot + k] = Collector.Collect<T, TWeighting>(row, table.Tau[v + k], table.HighTau[v + k], found.Values.Pointer, found.Weights.Pointer, ref found.Count);
            (slotStarts[chunk.Slot + k], slotCounts[chunk.Slot + k]) = (before, found.Count - before);
        }
    }

    /// <summary>Copies what was found to the chunk's own memory, the entries of a vector side by side.</summary>
    private void Keep(Candidates<T> kept, Candidates<T> found, in Section section, in Chunk chunk)
    {
        kept.Values.Reserve(found.Count);
        if (section.Weighted) kept.Weights.Reserve(found.Count);
        kept.Count = found.Count;
        if (section.Panel)
        {
            SortByColumn(kept, found, section, slotStarts.Pointer + chunk.Slot, slotCounts.Pointer + chunk.Slot);
            return;
        }
        found.Values.Span(found.Count).CopyTo(kept.Values.Span(found.Count));
        if (section.Weighted) found.Weights.Span(found.Count).CopyTo(kept.Weights.Span(found.Count));
    }

    private static void SortByColumn(Candidates<T> kept, Candidates<T> found, in Section section, int* starts, int* counts)
    {
        new Span<int>(counts, section.Count).Clear();
        for (var at = 0; at < found.Count; at++) counts[found.Columns.Pointer[at]]++;
        for (int k = 0, start = 0; k < section.Count; start += counts[k++]) starts[k] = start;
        new Span<int>(counts, section.Count).Clear();
        for (var at = 0; at < found.Count; at++)
        {
            var column = found.Columns.Pointer[at];
            var to = starts[column] + counts[column]++;
            kept.Values.Pointer[to] = found.Values.Pointer[at];
            if (section.Weighted) kept.Weights.Pointer[to] = found.Weights.Pointer[at];
        }
    }

    /// <summary>Narrows the bracket further, among the entries that are left.</summary>
    private void Shrink(double fromMultiplier, double toMultiplier)
    {
        (narrowedLow, narrowedHigh) = (fromMultiplier, toMultiplier);
        Force.Run(division.Sections.Length, shrinkSection);
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
                var count = 0;
                sums += !section.Weighted ? Collector.Collect<T, Plain>(within, from, to, within.Values, within.Weights, ref count)
                    : counting ? Collector.Collect<T, WeightedCount>(within, from, to, within.Values, within.Weights, ref count)
                    : Collector.Collect<T, Weighted>(within, from, to, within.Values, within.Weights, ref count);
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

    /// <summary>The entries of a vector's part that lie within the bracket.</summary>
    private Entries<T> Within(in Section section, int k, int part, out int slot)
    {
        var chunk = section.FirstChunk + part;
        slot = division.Chunks[chunk].Slot + k;
        var (kept, start) = (candidates[chunk], slotStarts[slot]);
        return new(kept.Values.Pointer + start, section.Weighted ? kept.Weights.Pointer + start : null, slotCounts[slot],
            table.Scale[section.Vector + k], table.WeightScale[section.Vector + k]);
    }

    private long CandidatesLeft()
    {
        var left = 0L;
        foreach (var count in slotCounts.Span(division.Slots)) left += count;
        return left;
    }
}
