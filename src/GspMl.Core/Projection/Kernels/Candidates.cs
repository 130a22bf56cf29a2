using System.Numerics;

namespace GspMl.Projection.Kernels;

/// <summary>
/// Entries within a bracket. Those of one vector lie side by side, followed by zeros up to a full number of lanes: a zero exceeds no
/// threshold, so that kernels need not look where the vector ends.
/// </summary>
internal sealed unsafe class Candidates<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public PinnedArray<T> Values { get; private set; } = new();

    public PinnedArray<T> Weights { get; private set; } = new();

    /// <summary>Entries held, the padding among them.</summary>
    public int Count;

    public void Reserve(long entries, bool weighted)
    {
        Count = 0;
        Values.Reserve(checked((int)entries));
        if (weighted) Weights.Reserve(checked((int)entries));
    }

    /// <summary>Entries and padding of a vector with so many entries.</summary>
    public static int Padded(int entries) => (entries + Lanes.Width - 1) & -Lanes.Width;

    /// <summary>Makes zeros of what follows <paramref name="entries"/> entries.</summary>
    public static void Pad(T* values, T* weights, int entries)
    {
        for (var at = entries; at < Padded(entries); at++)
        {
            values[at] = T.Zero;
            if (weights != null) weights[at] = T.Zero;
        }
    }

    /// <summary>Gives memory of the same size for what was found, instead of copying it.</summary>
    public void ExchangeWith(Candidates<T> found)
    {
        Values.Reserve(found.Values.Length);
        Weights.Reserve(found.Weights.Length);
        (Values, Weights, Count, found.Values, found.Weights, found.Count) = (found.Values, found.Weights, found.Count, Values, Weights, 0);
    }

    public void CopyFrom(Candidates<T> found, bool weighted)
    {
        Reserve(found.Count, weighted);
        Count = found.Count;
        found.Values.Span(Count).CopyTo(Values.Span(Count));
        if (weighted) found.Weights.Span(Count).CopyTo(Weights.Span(Count));
    }
}
