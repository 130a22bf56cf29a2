using System.Numerics;

namespace GspMl.Projection.Kernels;

/// <summary>Entries of a panel within its columns' brackets, in the order they are met, with the column each belongs to.</summary>
internal sealed unsafe class PanelCandidates<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly PinnedArray<T> values = new(), weights = new();
    private readonly PinnedArray<int> columns = new();
    private bool weighted;
    private int count;

    public void Reserve(int entries, bool weighted)
    {
        (count, this.weighted) = (0, weighted);
        values.Reserve(entries);
        columns.Reserve(entries);
        if (weighted) weights.Reserve(entries);
    }

    public void Append(T value, T weight, int column)
    {
        values.Pointer[count] = value;
        if (weighted) weights.Pointer[count] = weight;
        columns.Pointer[count++] = column;
    }

    /// <summary>Appends the entries to <paramref name="sorted"/>, column by column; within one they keep their order.</summary>
    /// <param name="sorted">Has room for all and their padding.</param>
    /// <param name="panelColumns">The number of columns.</param>
    /// <param name="starts">Receives where each column begins.</param>
    /// <param name="counts">Receives how many entries each has.</param>
    public void SortInto(Candidates<T> sorted, int panelColumns, int* starts, int* counts)
    {
        new Span<int>(counts, panelColumns).Clear();
        for (var at = 0; at < count; at++) counts[columns.Pointer[at]]++;
        for (var column = 0; column < panelColumns; column++)
        {
            starts[column] = sorted.Count;
            sorted.Count += Candidates<T>.Padded(counts[column]);
        }
        new Span<int>(counts, panelColumns).Clear();
        for (var at = 0; at < count; at++)
        {
            var column = columns.Pointer[at];
            var to = starts[column] + counts[column]++;
            sorted.Values.Pointer[to] = values.Pointer[at];
            if (weighted) sorted.Weights.Pointer[to] = weights.Pointer[at];
        }
        for (var column = 0; column < panelColumns; column++)
            Candidates<T>.Pad(sorted.Values.Pointer + starts[column], weighted ? sorted.Weights.Pointer + starts[column] : null, counts[column]);
    }
}
