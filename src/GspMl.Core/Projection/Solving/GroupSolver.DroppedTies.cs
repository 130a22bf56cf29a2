using GspMl.Projection.Kernels;

namespace GspMl.Projection;

/// <summary>
/// Zeros to the entry where magnitudes tie: of the entries that leave the support together so many are dropped as are wanted, the first ones in
/// the order of the chunks; the others stay. A vector that would lose all keeps one.
/// </summary>
internal sealed unsafe partial class GroupSolver<T>
{
    private readonly Action<int, int> sumTies;
    private readonly PinnedArray<int> tiesToDrop = new();

    private void DropTies(CancellationToken cancel)
    {
        FindSurvivors();
        CollectTies();
        cancel.ThrowIfCancellationRequested();
        tiesToDrop.Reserve(division.Chunks.Length);
        var left = solution.DroppedTies;
        for (var chunk = 0; chunk < division.Chunks.Length; chunk++)
        {
            tiesToDrop[chunk] = (int)Math.Min(left, TiesIn(division.Chunks[chunk]));
            left -= tiesToDrop[chunk];
        }
        OverSections(sumTies);
    }

    private void FindSurvivors()
    {
        Evaluate(solution.Multiplier);
        foreach (ref readonly var section in division.Sections)
        {
            for (var k = 0; k < section.Count; k++)
            {
                var v = section.Vector + k;
                table.Survivor[v] = section.Defined && table.Current[v].W == 0 && table.Largest[v] > 0
                    ? OneHotOf(WholeRow(section, k, worker: 0), Threshold(v, solution.Multiplier)) : -1;
            }
        }
    }

    /// <summary>The tied entries are those within the bracket that ends where they leave: what was collected for a wider one holds them.</summary>
    private void CollectTies()
    {
        StopCounting();
        if (collected && low <= solution.Below && solution.Multiplier <= high) Shrink(solution.Below, solution.Multiplier);
        else Collect(solution.Below, solution.Multiplier);
    }

    private int TiesIn(in Chunk chunk)
    {
        ref readonly var section = ref division.Sections[chunk.Section];
        var ties = 0;
        for (var k = 0; section.Defined && k < section.Count; k++)
        {
            ties += slotCounts[chunk.Slot + k];
            if (SurvivorAmongTies(section, k, chunk) >= 0) ties--;
        }
        return ties;
    }

    /// <summary>The place among a vector's tied entries of a chunk of the one that stays in any case; −1 if it is not one of them.</summary>
    private int SurvivorAmongTies(in Section section, int k, in Chunk chunk)
    {
        var at = table.Survivor[section.Vector + k] - chunk.Start;
        if (at < 0 || at >= chunk.Length) return -1;
        ref readonly var source = ref division.Sources[section.Source];
        var survivor = T.Abs(source.Source[source.Offset(section.First + k, chunk.Start + at)]);
        var weight = section.Weighted ? *source.WeightAt(section.First + k, chunk.Start + at) : T.One;
        var ties = Within(section, k, chunk);
        for (var j = 0; j < slotCounts[chunk.Slot + k]; j++)
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
            table.Current[v] = table.Base[v].Lowered(Math.Max(0, Threshold(v, solution.Multiplier) - Threshold(v, solution.Below)));
        }
        for (var part = 0; section.Defined && part < section.Parts; part++)
        {
            var left = tiesToDrop[section.FirstChunk + part];
            for (var k = 0; k < section.Count; k++) SumTies(section, k, division.Chunks[section.FirstChunk + part], ref left);
        }
    }

    private void SumTies(in Section section, int k, in Chunk chunk, ref int left)
    {
        var count = slotCounts[chunk.Slot + k];
        if (count == 0) return;
        var (v, ties, survivor) = (section.Vector + k, Within(section, k, chunk), SurvivorAmongTies(section, k, chunk));
        var (tau, sums) = (Threshold(v, solution.Below), table.Current[v]);
        for (var j = 0; j < count; j++)
        {
            if (left > 0 && j != survivor) left--;
            else if (ties.Excess(j, tau) is var d and > 0) sums += new ThresholdSums(ties.Weight(j) * d, d * d, ties.Weight(j) * ties.Weight(j));
        }
        table.Current[v] = sums;
    }

    /// <summary>Notes which entries of a chunk are dropped, as vector · length + entry, before anything is written over them.</summary>
    private int FindDropped(in Section section, in Chunk chunk, int index, int worker)
    {
        if (solution.DroppedTies < 0) return 0;
        var (left, dropped, count) = (tiesToDrop[index], workers[worker].Dropped, 0);
        dropped.Reserve(left);
        for (var k = 0; section.Defined && k < section.Count && count < left; k++)
        {
            if (slotCounts[chunk.Slot + k] == 0) continue;
            var (v, row) = (section.Vector + k, Row(section, k, chunk, worker));
            var (from, to) = (Threshold(v, solution.Below), Threshold(v, solution.Multiplier));
            for (var j = Collector.NextBetween(row, 0, from, to); j < row.Length && count < left; j = Collector.NextBetween(row, j + 1, from, to))
            {
                if (table.Survivor[v] != chunk.Start + j) dropped[count++] = k * chunk.Length + j;
            }
        }
        return count;
    }
}
