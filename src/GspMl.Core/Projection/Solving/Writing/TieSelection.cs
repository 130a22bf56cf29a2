using System.Numerics;
using GspMl.Projection.Kernels;

namespace GspMl.Projection.Solving;

/// <summary>
/// Zeros to the entry where magnitudes tie: of the entries that leave the support together so many are dropped as are wanted, the first
/// ones in the order of the chunks; the others stay. A vector that would lose all keeps one.
/// </summary>
internal sealed unsafe class TieSelection<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Group<T> group;
    private readonly Division<T> division;
    private readonly VectorTable table;
    private readonly Evaluation<T> evaluation;
    private readonly CollectingPass<T> collecting;
    private readonly BracketEntries<T> bracket;
    private readonly BracketSums<T> sums;
    private readonly Action<int, int> sumTies;
    private readonly PinnedArray<int> toDrop = new();
    private Solution solution;

    public TieSelection(Group<T> group, Evaluation<T> evaluation, CollectingPass<T> collecting, BracketEntries<T> bracket,
        BracketSums<T> sums)
    {
        (this.group, this.evaluation, this.collecting, this.bracket, this.sums) = (group, evaluation, collecting, bracket, sums);
        (division, table, sumTies) = (group.Division, group.Table, SumTies);
    }

    /// <summary>
    /// Decides how many of each chunk's tied entries are dropped, and forms the sums of what is left, in <see cref="VectorTable.Current"/>.
    /// </summary>
    public void Choose(in Solution solution, CancellationToken cancel)
    {
        this.solution = solution;
        FindSurvivors();
        CollectTies();
        cancel.ThrowIfCancellationRequested();
        toDrop.Reserve(division.Chunks.Length);
        var left = solution.DroppedTies;
        for (var chunk = 0; chunk < division.Chunks.Length; chunk++)
        {
            toDrop[chunk] = (int)Math.Min(left, TiesIn(division.Chunks[chunk]));
            left -= toDrop[chunk];
        }
        group.OverSections(sumTies);
    }

    /// <summary>Notes which entries of a chunk are dropped, as vector · length + entry, before anything is written over them.</summary>
    /// <returns>Their positions, in the worker's memory.</returns>
    public ReadOnlySpan<int> Find(in Section section, in Chunk chunk, int index, int worker)
    {
        var (left, dropped, count) = (toDrop[index], group.Workers[worker].Dropped, 0);
        dropped.Reserve(left);
        for (var k = 0; section.Defined && k < section.Count && count < left; k++)
        {
            if (bracket.CountOf(chunk.Slot + k) == 0) continue;
            var (v, row) = (section.Vector + k, group.Rows.Part(section, k, chunk, worker));
            var (from, to) = (table.Threshold(v, solution.Below), table.Threshold(v, solution.Multiplier));
            for (var j = -1; count < left && (j = Collector.NextBetween(row, j + 1, from, to)) < row.Length;)
            {
                if (table.Survivor[v] != chunk.Start + j) dropped[count++] = k * chunk.Length + j;
            }
        }
        return dropped.Span(count);
    }

    private void FindSurvivors()
    {
        evaluation.At(solution.Multiplier);
        foreach (ref readonly var section in division.Sections)
        {
            for (var k = 0; k < section.Count; k++)
            {
                var v = section.Vector + k;
                var isEmptied = section.Defined && table.Current[v].W == 0 && table.Largest[v] > 0;
                var tau = table.Threshold(v, solution.Multiplier);
                table.Survivor[v] = isEmptied ? OneHot.Of(group.Rows.Whole(section, k, worker: 0), tau, group.KeepsOneEntry) : -1;
            }
        }
    }

    /// <summary>
    /// The tied entries are those within the bracket that ends where they leave: what was collected for a wider one holds them.
    /// </summary>
    private void CollectTies()
    {
        evaluation.StopCounting();
        if (bracket.IsFilled && bracket.Low <= solution.Below && solution.Multiplier <= bracket.High)
            sums.Shrink(solution.Below, solution.Multiplier);
        else collecting.Run(solution.Below, solution.Multiplier);
    }

    private int TiesIn(in Chunk chunk)
    {
        ref readonly var section = ref division.Sections[chunk.Section];
        var ties = 0;
        for (var k = 0; section.Defined && k < section.Count; k++)
        {
            ties += bracket.CountOf(chunk.Slot + k);
            if (SurvivorAmongTies(section, k, chunk) >= 0) ties--;
        }
        return ties;
    }

    /// <summary>
    /// The place among a vector's tied entries of a chunk of the one that stays in any case; −1 if it is not one of them.
    /// </summary>
    private int SurvivorAmongTies(in Section section, int k, in Chunk chunk)
    {
        var at = table.Survivor[section.Vector + k] - chunk.Start;
        if (at < 0 || at >= chunk.Length) return -1;
        ref readonly var source = ref division.Sources[section.Source];
        var survivor = T.Abs(source.Source[source.Offset(section.First + k, chunk.Start + at)]);
        var weight = section.Weighted ? *source.WeightAt(section.First + k, chunk.Start + at) : T.One;
        var (ties, count) = (bracket.Within(section, k, chunk), bracket.CountOf(chunk.Slot + k));
        for (var j = 0; j < count; j++)
        {
            // The first of equal ones, as it was chosen.
            if (T.Abs(ties.Values[j]) == survivor && (!section.Weighted || ties.Weights[j] == weight)) return j;
        }
        return -1;
    }

    /// <summary>Each vector's sums before its tied entries leave, without those that are dropped.</summary>
    private void SumTies(int index, int worker)
    {
        ref readonly var section = ref division.Sections[index];
        for (var k = 0; section.Defined && k < section.Count; k++)
        {
            var v = section.Vector + k;
            var lower = Math.Max(0, table.Threshold(v, solution.Multiplier) - table.Threshold(v, solution.Below));
            table.Current[v] = table.Base[v].Lowered(lower);
        }
        for (var part = 0; section.Defined && part < section.Parts; part++)
        {
            var left = toDrop[section.FirstChunk + part];
            for (var k = 0; k < section.Count; k++) SumTies(section, k, division.Chunks[section.FirstChunk + part], ref left);
        }
    }

    private void SumTies(in Section section, int k, in Chunk chunk, ref int left)
    {
        var count = bracket.CountOf(chunk.Slot + k);
        if (count == 0) return;
        var (v, ties, survivor) = (section.Vector + k, bracket.Within(section, k, chunk), SurvivorAmongTies(section, k, chunk));
        var (tau, of) = (table.Threshold(v, solution.Below), table.Current[v]);
        for (var j = 0; j < count; j++)
        {
            if (left > 0 && j != survivor) left--;
            else if (ties.Excess(j, tau) is var d and > 0)
                of += new ThresholdSums(ties.Weight(j) * d, d * d, ties.Weight(j) * ties.Weight(j));
        }
        table.Current[v] = of;
    }
}
