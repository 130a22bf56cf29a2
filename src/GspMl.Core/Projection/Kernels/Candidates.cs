using System.Numerics;

namespace GspMl.Projection.Kernels;

/// <summary>Entries within a bracket, noted in the order they are met, with the column each belongs to.</summary>
internal sealed unsafe class Candidates<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public PinnedArray<T> Values { get; } = new();

    public PinnedArray<T> Weights { get; } = new();

    public PinnedArray<int> Columns { get; } = new();

    public int Count;

    private bool weighted;

    public void Reserve(int entries, bool weighted, bool columns)
    {
        Count = 0;
        this.weighted = weighted;
        Values.Reserve(entries);
        if (weighted) Weights.Reserve(entries);
        if (columns) Columns.Reserve(entries);
    }

    public void Append(T value, T weight, int column)
    {
        Values.Pointer[Count] = value;
        if (weighted) Weights.Pointer[Count] = weight;
        Columns.Pointer[Count] = column;
        Count++;
    }
}
