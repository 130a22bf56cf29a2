using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using GspMl.Projection.Kernels;

namespace GspMl.Projection.Solving;

/// <summary>Sums at multipliers within the bracket that was collected: those of what lies over it, and of the entries within it.</summary>
internal sealed unsafe class BracketSums<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Group<T> group;
    private readonly VectorTable table;
    private readonly BracketEntries<T> bracket;
    private readonly Action<int, int> shrinkSection;
    private double low, high;

    public BracketSums(Group<T> group, BracketEntries<T> bracket) =>
        (this.group, this.bracket, table, shrinkSection) = (group, bracket, group.Table, ShrinkSection);

    /// <summary>Narrows the bracket further, among the entries that are left.</summary>
    public void Shrink(double fromMultiplier, double toMultiplier)
    {
        (low, high) = (fromMultiplier, toMultiplier);
        group.OverSections(shrinkSection);
        bracket.Narrow(low, high);
    }

    private void ShrinkSection(int index, int worker)
    {
        ref readonly var section = ref group.Division.Sections[index];
        for (var k = 0; k < section.Count; k++)
        {
            var v = section.Vector + k;
            var (from, to) = (table.Threshold(v, low), table.Threshold(v, high));
            var sums = table.Base[v].Lowered(Math.Max(0, table.Threshold(v, bracket.High) - to));
            for (var part = 0; part < section.Parts; part++)
            {
                var within = bracket.Within(section, k, part, out var slot);
                if (within.Length == 0) continue;
                sums += Collect(section, within, from, to, out var count);
                Candidates<T>.Pad(within.Values, within.Weights, count);
                bracket.Note(slot, count);
            }
            table.Base[v] = sums;
        }
    }

    private ThresholdSums Collect(in Section section, in Entries<T> within, double from, double to, out int count)
    {
        var largest = Vector512<long>.Zero;
        count = 0;
        T* values = within.Values, weights = within.Weights;
        return !section.Weighted ? Collector.Collect<T, Plain>(within, from, to, values, weights, ref count, ref largest)
            : group.CountsZeros ? Collector.Collect<T, WeightedCount>(within, from, to, values, weights, ref count, ref largest)
            : Collector.Collect<T, Weighted>(within, from, to, values, weights, ref count, ref largest);
    }

    /// <summary>The sums of a section's vectors at a multiplier.</summary>
    public void Sum(in Section section, double multiplier, SumTable to)
    {
        if (section.Parts == 1 && !section.Weighted) SumInOnePiece<Plain>(section, multiplier, to);
        else if (section.Parts == 1 && !group.CountsZeros) SumInOnePiece<Weighted>(section, multiplier, to);
        else
        {
            for (var k = 0; k < section.Count; k++) to[section.Vector + k] = At(section, k, multiplier);
        }
    }

    /// <summary>
    /// The same of vectors that lie in one chunk, with all that they share at hand: they have so few entries here that finding out
    /// where these lie would cost more than their sums.
    /// </summary>
    private void SumInOnePiece<TWeighting>(in Section section, double multiplier, SumTable to)
        where TWeighting : struct, IWeighting
    {
        ref readonly var chunk = ref group.Division.Chunks[section.FirstChunk];
        var (v, over, high) = (section.Vector, table.Base, bracket.High);
        int* counts = bracket.Counts + chunk.Slot, starts = bracket.Starts + chunk.Slot;
        double* rates = table.Rate.Pointer + v, scales = table.Scale.Pointer + v, weightScales = table.WeightScale.Pointer + v;
        T* values = bracket.Of(chunk.Batch).Values.Pointer, weights = bracket.Of(chunk.Batch).Weights.Pointer;
        for (var k = 0; k < section.Count; k++)
        {
            var tau = Math.Min(1e300, multiplier * rates[k]);
            var delta = Math.Max(0, Math.Min(1e300, high * rates[k]) - tau);
            var (p, q, w) = (over.P[v + k], over.Q[v + k], over.W[v + k]);
            (p, q) = (p + delta * w, q + delta * (2 * p + delta * w));
            if (counts[k] != 0)
            {
                var own = TWeighting.Weighted ? weights + starts[k] : null;
                var entries = new Entries<T>(values + starts[k], own, Candidates<T>.Padded(counts[k]), scales[k], weightScales[k]);
                var within = TWeighting.Weighted ? ThresholdSums.Of<T, TWeighting>(entries, tau) : ThresholdSums.OfFew(entries, tau);
                (p, q, w) = (p + within.P, q + within.Q, w + within.W);
            }
            (to.P[v + k], to.Q[v + k], to.W[v + k]) = (p, q, w);
        }
    }

    /// <summary>The sums of one vector at a multiplier.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ThresholdSums At(in Section section, int k, double multiplier)
    {
        var v = section.Vector + k;
        var tau = table.Threshold(v, multiplier);
        var sums = table.Base[v].Lowered(Math.Max(0, table.Threshold(v, bracket.High) - tau));
        for (var part = 0; part < section.Parts; part++)
        {
            var within = bracket.Within(section, k, part, out _);
            if (within.Length == 0) continue;
            sums += !section.Weighted ? ThresholdSums.Of<T, Plain>(within, tau)
                : group.CountsZeros ? ThresholdSums.Of<T, WeightedCount>(within, tau)
                : ThresholdSums.Of<T, Weighted>(within, tau);
        }
        return sums;
    }
}
