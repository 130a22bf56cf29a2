using System.Numerics;
using System.Runtime.InteropServices;
using GspMl.Projection.Kernels;

namespace GspMl.Projection;

/// <summary>
/// Some entries of some vectors, and the multiplier that they suggest with its likely error. The vectors are spread evenly, with a fixed
/// pseudo-random offset, over all in the order of their lengths: what depends on the length then adds nothing to the error.
/// </summary>
internal sealed unsafe class GroupSample<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Vectors = 128, Block = 64, LeastEntries = 1 << 13, MostEntries = 1 << 18;

    /// <summary>The bracket's half width in standard errors.</summary>
    private const double Confidence = 4;

    private readonly PinnedArray<T> values = new(), weights = new();
    private readonly PinnedArray<long> order = new();
    private readonly List<Item> items = [];
    private bool guessed;
    private int used, drawn;
    private long vectors;

    /// <summary>A power of two that brings the largest magnitude seen into range; see <see cref="PowerOfTwo.ToRange"/>.</summary>
    public double Unit { get; private set; }

    /// <summary>The number of entries drawn.</summary>
    public int Entries => used;

    /// <summary>Draws the sample. Shapes that the table does not know yet are guessed from it.</summary>
    public void Draw(Division<T> division, VectorTable table, bool unitNorm, bool scanned, double unit)
    {
        items.Clear();
        (used, drawn, vectors, guessed) = (0, 0, division.Vectors, false);
        var picks = (int)Math.Min(vectors, Vectors);
        var entries = (int)Math.Clamp(division.Entries / 64, LeastEntries, MostEntries) / picks;
        values.Reserve(2 * picks * (entries + Block));
        weights.Reserve(2 * picks * (entries + Block));
        OrderByLength(division.Sections);
        var (at, passed) = (0, 0L);
        for (var pick = 0; pick < picks; pick++)
        {
            var rank = (long)((pick + Scatter(pick)) * vectors / picks);
            for (; rank >= passed + division.Sections[SectionAt(at)].Count; at++) passed += division.Sections[SectionAt(at)].Count;
            ref readonly var section = ref division.Sections[SectionAt(at)];
            if (section.Defined) DrawVector(division, SectionAt(at), (int)(section.Vector + rank - passed), entries, picks);
        }
        Unit = scanned ? unit : unitNorm ? 1 : PowerOfTwo.ToRange(LargestMagnitude.Of(values.Pointer, used));
        foreach (ref var item in CollectionsMarshal.AsSpan(items)) Shape(ref item, division.Sections[item.Section], table, unitNorm, scanned);
    }

    private void OrderByLength(ReadOnlySpan<Section> sections)
    {
        order.Reserve(sections.Length);
        var ordered = true;
        for (var i = 0; i < sections.Length; i++)
        {
            order[i] = (long)sections[i].Length << 32 | (uint)i;
            ordered &= i == 0 || sections[i].Length >= sections[i - 1].Length;
        }
        if (!ordered) order.Span(sections.Length).Sort();
    }

    private int SectionAt(int rank) => (int)(uint)order[rank];

    /// <summary>A whole short vector, or several samples of a long one that tell how far apart they are.</summary>
    private void DrawVector(Division<T> division, int section, int v, int entries, int picks)
    {
        ref readonly var of = ref division.Sections[section];
        ref readonly var source = ref division.Sources[of.Source];
        drawn++;
        if (of.Length <= 2 * entries)
        {
            Begin(section, v, of.Length, whole: true);
            DrawBlock(source, of.First + v - of.Vector, 0, of.Length);
            return;
        }
        var parts = picks >= 16 ? 2 : 32 / picks;
        var blocks = Math.Max(1, entries / (Block * parts));
        for (var part = 0; part < parts; part++)
        {
            Begin(section, v, of.Length, whole: false);
            for (var block = 0; block < blocks; block++)
            {
                var stratum = block * parts + part;
                var (from, to) = ((long)stratum * of.Length / (blocks * parts), (stratum + 1L) * of.Length / (blocks * parts) - Block);
                DrawBlock(source, of.First + v - of.Vector, (int)(from + Scatter(stratum + v) * Math.Max(0, to - from)), Block);
            }
        }
    }

    private void Begin(int section, int v, int length, bool whole) =>
        items.Add(new() { Section = section, Vector = v, Start = used, Whole = whole, Length = length });

    private void DrawBlock(in VectorSource<T> source, int vector, int start, int count)
    {
        for (var j = start; j < start + count; j++, used++)
        {
            values[used] = source.Source[source.Offset(vector, j)];
            if (source.Weights != null) weights[used] = *source.WeightAt(vector, j);
        }
        CollectionsMarshal.AsSpan(items)[^1].Count += count;
    }

    private void Shape(ref Item item, in Section section, VectorTable table, bool unitNorm, bool scanned)
    {
        var v = item.Vector;
        item.Weighted = section.Weighted;
        (item.Scale, item.WeightScale, item.WeightNorm, item.Beta, item.Rate) = (table.Scale[v], table.WeightScale[v], table.WeightNorm[v], table.Beta[v], table.Rate[v]);
        item.Expansion = (double)item.Length / item.Count;
        if (scanned) return;
        item.Scale = PowerOfTwo.ToRange(LargestMagnitude.Of(values.Pointer + item.Start, item.Count));
        if (section.OwnWeights)
        {
            guessed = true;
            item.WeightScale = PowerOfTwo.ToRange(LargestMagnitude.Of(weights.Pointer + item.Start, item.Count));
            var sums = WeightSums.Of(weights.Pointer + item.Start, item.Count, item.WeightScale);
            item.WeightNorm = Math.Sqrt(sums.Squares * item.Expansion);
            item.Beta = 1 / (item.WeightNorm - sums.Least);
        }
        var norm = unitNorm ? Math.Sqrt(item.Expansion * ThresholdSums.Of<T, Plain>(EntriesOf(item), 0).Q) : 0;
        guessed |= unitNorm;
        item.Rate = Math.Min(1e200, item.Beta * (unitNorm ? norm : item.Scale / Unit));
    }

    /// <summary>The multiplier for an average sparsity, and a bracket that very likely holds the whole group's.</summary>
    public Bracket ForHoyer(double target)
    {
        var search = new MultiplierSearch(Highest());
        var (at, gap, slope) = (0.0, 0.0, 0.0);
        for (var step = 0; step < 60; step++)
        {
            gap = Sparsity(at, out slope) - target;
            if (at == 0 && gap >= 0) break;
            search.Record(at, gap, slope);
            if (Math.Abs(gap) < 1e-4 || search.Exhausted || !double.IsFinite(gap)) break;
            at = search.Next;
        }
        var margin = Confidence * StandardError() + (guessed ? 0.003 : 1e-5) + Math.Abs(gap);
        var width = slope > 0 ? margin / slope : 0.05 * at;
        var high = at + width;
        for (var widening = 0; widening < 3 && Sparsity(high, out _) - target < 0.8 * margin && at > 0; widening++) high += width;
        return Around(at, at - width, high);
    }

    /// <summary>The same for a fraction of zeros; no entry is left beyond <paramref name="last"/>, which is infinite if it is not known.</summary>
    public Bracket ForZeros(double target, double last)
    {
        var highest = double.IsFinite(last) ? last : Highest();
        var search = new MultiplierSearch(highest / 2);
        search.Record(0, -target, 0);
        search.Record(highest, 1 - target, 0);
        var (at, gap) = (search.Next, 1.0);
        for (var step = 0; step < 60 && Math.Abs(gap) > 1e-3 && !search.Exhausted; step++)
        {
            at = search.Next;
            gap = Zeros(at) - target;
            search.Record(at, gap, (gap + target) / at);
        }
        var margin = Confidence * StandardError() + 1e-3 + Math.Abs(gap);
        var (low, high) = (at, at);
        for (var step = 0; step < 40 && low > 1e-3 * at && Zeros(low) > target - margin; step++) low *= 0.98;
        for (var step = 0; step < 40 && Zeros(high) < target + margin; step++) high *= 1.02;
        return Around(at, low == at ? 0.99 * at : low, Math.Min(last, Math.Max(high, 1.01 * at)));
    }

    private Bracket Around(double at, double low, double high)
    {
        if (high <= at) high = at == 0 ? 0.1 * Highest() : at * 1.0001;
        return new(low > 0.01 * at ? low : 0, high, at);
    }

    private double Highest()
    {
        var highest = 0.0;
        foreach (ref var item in CollectionsMarshal.AsSpan(items))
            highest = Math.Max(highest, LargestMagnitude.Of(values.Pointer + item.Start, item.Count) * item.Scale / item.Rate);
        return highest > 0 && double.IsFinite(highest) ? highest : 1;
    }

    private double Sparsity(double multiplier, out double slope)
    {
        var sum = slope = 0;
        foreach (ref var item in CollectionsMarshal.AsSpan(items))
        {
            var (sums, root) = (Sums(item, multiplier), Math.Sqrt(item.Expansion));
            if (sums.Q > 0)
            {
                item.Value = item.Beta * (item.WeightNorm - root * sums.P / Math.Sqrt(sums.Q));
                slope += item.Beta * item.Rate * root * Math.Max(0, sums.W - sums.P * sums.P / sums.Q) / Math.Sqrt(sums.Q);
            }
            else item.Value = 1;
            sum += item.Value;
        }
        slope /= Math.Max(1, items.Count);
        return sum / Math.Max(1, items.Count);
    }

    private double Zeros(double multiplier)
    {
        var (sum, entries) = (0.0, 0.0);
        foreach (ref var item in CollectionsMarshal.AsSpan(items))
        {
            var tau = multiplier * item.Rate;
            var kept = item.Weighted ? ThresholdSums.Of<T, WeightedCount>(EntriesOf(item), tau).W : ThresholdSums.Of<T, Plain>(EntriesOf(item), tau).W;
            item.Value = 1 - kept / item.Count;
            (sum, entries) = (sum + item.Value * item.Length, entries + item.Length);
        }
        return entries == 0 ? 1 : sum / entries;
    }

    private ThresholdSums Sums(in Item item, double multiplier)
    {
        var tau = Math.Min(1e300, multiplier * item.Rate);
        return item.Weighted ? ThresholdSums.Of<T, Weighted>(EntriesOf(item), tau) : ThresholdSums.Of<T, Plain>(EntriesOf(item), tau);
    }

    private Entries<T> EntriesOf(in Item item) =>
        new(values.Pointer + item.Start, item.Weighted ? weights.Pointer + item.Start : null, item.Count, item.Scale, item.WeightScale);

    /// <summary>
    /// Of the mean of the last evaluation: what differs between neighbouring vectors of those drawn, since these are spread evenly, and between
    /// the samples of one.
    /// </summary>
    private double StandardError()
    {
        var (previous, steps, within, n) = (0.0, 0.0, 0.0, 0);
        for (var i = 0; i < items.Count; n++)
        {
            var (sum, squares, count, whole) = (0.0, 0.0, 0, items[i].Whole);
            for (var v = items[i].Vector; i < items.Count && items[i].Vector == v; i++, count++)
                (sum, squares) = (sum + items[i].Value, squares + items[i].Value * items[i].Value);
            var average = sum / count;
            if (n > 0) steps += (average - previous) * (average - previous);
            previous = average;
            if (!whole && count > 1) within += Math.Max(0, squares / count - average * average) / (count - 1);
        }
        if (n == 0) return 0;
        var between = n < 2 ? 0 : steps / (2 * (n - 1));
        return Math.Sqrt((1 - (double)drawn / Math.Max(drawn, vectors)) * between / n + within / n / n);
    }

    /// <summary>A fixed sequence in [0,1) without the period of any data.</summary>
    private static double Scatter(int index) => (uint)(index * 2654435769L) / 4294967296.0;

    private struct Item
    {
        public int Section, Vector, Start, Count, Length;
        public bool Whole, Weighted;
        public double Expansion, Scale, WeightScale, WeightNorm, Beta, Rate, Value;
    }
}
