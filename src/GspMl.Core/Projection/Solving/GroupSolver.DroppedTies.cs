using GspMl.Projection.Kernels;

namespace GspMl.Projection;

/// <summary>
/// Zeros to the entry where magnitudes tie: of the entries that leave the support together so many are dropped as are wanted, the first ones in
/// the order of the chunks; the others stay. A vector that would lose all keeps one.
/// </summary>
internal sealed unsafe partial class GroupSolver<T>
{
    private readonly Action<int, int> countTies, sumWithoutTies;
    private readonly PinnedArray<int> tiesToDrop = new();

    private void DropTies(CancellationToken cancel)
    {
        FindSurvivors();
        tiesToDrop.Reserve(division.Chunks.Length);
        PassOver(countTies);
        cancel.ThrowIfCancellationRequested();
        var left = solution.DroppedTies;
        for (var chunk = 0; chunk < division.Chunks.Length; chunk++)
        {
            tiesToDrop[chunk] = (int)Math.Min(left, tiesToDrop[chunk]);
            left -= tiesToDrop[chunk];
        }
        PassOver(sumWithoutTies);
        foreach (ref readonly var section in division.Sections)
        {
            for (var k = 0; k < section.Count; k++) table.Current[section.Vector + k] = SlotSums(section, k);
        }
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

    private bool IsTied(in Entries<T> row, int j, int v, int start) =>
        row.Excess(j, Threshold(v, solution.Multiplier)) <= 0 && row.Excess(j, Threshold(v, solution.Below)) > 0 && table.Survivor[v] != start + j;

    private void CountTies(int index, int worker)
    {
        ref readonly var chunk = ref division.Chunks[index];
        ref readonly var section = ref division.Sections[chunk.Section];
        var ties = 0;
        for (var k = 0; section.Defined && k < section.Count; k++)
        {
            var row = Row(section, k, chunk, worker);
            for (var j = 0; j < row.Length; j++)
            {
                if (IsTied(row, j, section.Vector + k, chunk.Start)) ties++;
            }
        }
        tiesToDrop[index] = ties;
    }

    private void SumWithoutTies(int index, int worker)
    {
        ref readonly var chunk = ref division.Chunks[index];
        ref readonly var section = ref division.Sections[chunk.Section];
        var left = tiesToDrop[index];
        for (var k = 0; section.Defined && k < section.Count; k++)
        {
            var v = section.Vector + k;
            var (row, sums) = (Row(section, k, chunk, worker), default(ThresholdSums));
            for (var j = 0; j < row.Length; j++)
            {
                if (left > 0 && IsTied(row, j, v, chunk.Start)) left--;
                else if (row.Excess(j, Threshold(v, solution.Below)) is var d and > 0) sums += new ThresholdSums(row.Weight(j) * d, d * d, 1);
            }
            slots[chunk.Slot + k] = sums;
        }
    }

    /// <summary>Notes which entries of a chunk are dropped, as vector · length + entry, before anything is written over them.</summary>
    private int FindDropped(in Section section, in Chunk chunk, int index, int worker)
    {
        if (solution.DroppedTies < 0) return 0;
        var (left, dropped, count) = (tiesToDrop[index], workers[worker].Dropped, 0);
        dropped.Reserve(left);
        for (var k = 0; section.Defined && k < section.Count && count < left; k++)
        {
            var row = Row(section, k, chunk, worker);
            for (var j = 0; j < row.Length && count < left; j++)
            {
                if (IsTied(row, j, section.Vector + k, chunk.Start)) dropped[count++] = k * chunk.Length + j;
            }
        }
        return count;
    }
}
