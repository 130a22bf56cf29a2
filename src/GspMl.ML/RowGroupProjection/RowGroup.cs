using GspMl.Projection;

namespace GspMl.ML;

/// <summary>
/// Which slots of a row form the vectors of its group: the row's columns one after another, each cut into segments. All numbers are slots.
/// </summary>
internal sealed class RowGroup
{
    private RowGroup(IReadOnlyList<int> columnSizes, IReadOnlyList<int> lengths, float[] weights) =>
        (ColumnSizes, Lengths, Weights, Size) = (columnSizes, lengths, weights, columnSizes.Sum());

    public IReadOnlyList<int> ColumnSizes { get; }

    /// <summary>The lengths of the vectors, in the order of the slots.</summary>
    public IReadOnlyList<int> Lengths { get; }

    /// <summary>A weight for each slot, or none.</summary>
    public float[] Weights { get; }

    public int Size { get; }

    /// <summary>The group of a row whose columns have these sizes.</summary>
    /// <param name="columnSizes">The slots of each column.</param>
    /// <param name="segments">The lengths of the vectors, in total the slots of all columns; null for one vector a column.</param>
    /// <param name="weights">A weight for each slot of all columns; null for the plain form.</param>
    /// <exception cref="InvalidOperationException">The numbers do not add up, or all weights of a vector are 0.</exception>
    public static RowGroup Of(IReadOnlyList<int> columnSizes, IReadOnlyList<int>? segments, IReadOnlyList<float>? weights)
    {
        var group = new RowGroup(columnSizes, [.. segments ?? columnSizes], [.. weights ?? []]);
        if (group.Lengths.Sum(length => (long)length) is var covered && covered != group.Size)
            throw new InvalidOperationException($"The segments cover {covered} slots, but the columns have {group.Size}.");
        if (group.Weights.Length > 0 && group.Weights.Length != group.Size)
            throw new InvalidOperationException($"There are {group.Weights.Length} weights for the {group.Size} slots of the columns.");
        for (var (i, start) = (0, 0); i < group.Lengths.Count; start += group.Lengths[i++])
        {
            if (group.Weights.Length > 0 && !group.Weights.AsSpan(start, group.Lengths[i]).ContainsAnyExcept(0f))
                throw new InvalidOperationException($"All weights of segment {i} are 0; at least one must be positive.");
        }
        return group;
    }

    /// <summary>Whether a slot is a vector of its own: no sparsity is defined for one entry, which stays as it is.</summary>
    public bool PassesThrough(int slot)
    {
        var end = 0;
        return Lengths.First(length => (end += length) > slot) == 1;
    }

    /// <summary>The same over a buffer that holds one row: projecting it changes the buffer.</summary>
    public VectorGroup<float> Over(Memory<float> row)
    {
        var group = new VectorGroup<float>();
        var start = 0;
        foreach (var length in Lengths)
        {
            var weights = Weights.Length > 0 ? Weights.AsMemory(start, length) : default;
            group.Add(row.Slice(start, length), VectorLayout.Rows(1, length), weights);
            start += length;
        }
        return group;
    }
}
