using System.Numerics;

namespace GspMl.Projection;

/// <summary>
/// Vectors of any lengths, from any number of buffers, that are projected together. A group may hold more than 2³¹ entries in total, each
/// buffer fewer.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
public sealed class VectorGroup<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly List<VectorBlock<T>> blocks = [];

    /// <summary>The number of vectors added.</summary>
    public long Vectors { get; private set; }

    /// <summary>The number of entries added.</summary>
    public long Entries { get; private set; }

    internal IReadOnlyList<VectorBlock<T>> Blocks => blocks;

    /// <summary>
    /// Adds the vectors that <paramref name="layout"/> describes in <paramref name="values"/>, which the projection changes in place.
    /// </summary>
    /// <param name="values">The buffer; it must not overlap another one of the group.</param>
    /// <param name="layout">Where the vectors lie.</param>
    /// <param name="weights">
    /// None for plain sparsity; as many as a vector has entries, for weights shared by all vectors added here; or a buffer with a weight
    /// for each entry, laid out as <paramref name="values"/> is.
    /// </param>
    /// <exception cref="ArgumentException">A buffer is too short for the layout.</exception>
    public void Add(Memory<T> values, VectorLayout layout, ReadOnlyMemory<T> weights = default)
    {
        Arguments.CheckLength(values.Length, layout, nameof(values));
        Arguments.CheckWeights(weights.Length, layout, nameof(weights));
        blocks.Add(new(values, layout, weights));
        Vectors += layout.Count;
        Entries += (long)layout.Count * layout.Length;
    }

    /// <summary>Takes all vectors out again, so that the group can be filled anew.</summary>
    public void Clear()
    {
        blocks.Clear();
        (Vectors, Entries) = (0, 0);
    }
}

internal readonly record struct VectorBlock<T>(Memory<T> Values, VectorLayout Layout, ReadOnlyMemory<T> Weights);
