using System.Numerics;
using GspMl.Projection;

namespace GspMl.Onnx.Pruning;

/// <summary>
/// One layer's weights while they are pruned: the stored elements as numbers, the vectors they form, and how dear each entry is.
/// </summary>
/// <typeparam name="T">float; double where the model stores double.</typeparam>
internal sealed class LayerWeights<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T[]? gathered;
    private readonly T[]? costs;

    /// <param name="layer">The layer and its target.</param>
    /// <param name="vectors">The vectors its elements form.</param>
    /// <param name="values">The elements in the stored order; pruned in place.</param>
    /// <param name="costs">The weights w of weighted sparsity in the stored order, or null where all are 1.</param>
    public LayerWeights(SelectedLayer layer, LayerVectors vectors, T[] values, T[]? costs = null)
    {
        (Layer, Vectors, Values) = (layer, vectors, values);
        gathered = vectors.IsStrided ? null : Gathered(values);
        this.costs = vectors.IsStrided || costs is null ? costs : Gathered(costs);
    }

    public SelectedLayer Layer { get; }

    public LayerVectors Vectors { get; }

    /// <summary>The elements in the stored order.</summary>
    public T[] Values { get; }

    /// <summary>Adds this layer's vectors to a group that is projected in place.</summary>
    public void AddTo(VectorGroup<T> group)
    {
        foreach (var block in Blocks()) group.Add(block.Values, block.Layout, block.Costs);
    }

    /// <summary>To be called once the group was projected: puts a gathered copy back.</summary>
    public void Settle()
    {
        if (gathered is not null) Vectors.Scatter<T>(gathered, Values);
    }

    /// <summary>Zeros and average Hoyer sparsity of the values as they are. Linear in the number of elements.</summary>
    public LayerSparsity Measure(GspProjector<T> projector)
    {
        var now = SparsityAt(projector, 0);
        return new(Layer.Weight, ZeroCount.Of<T>(Values), now.Vectors == 0 ? double.NaN : now.Sparsity);
    }

    /// <summary>The average Hoyer sparsity of the vectors that a multiplier leads to. Linear in the number of elements.</summary>
    public SparsityAtMultiplier SparsityAt(GspProjector<T> projector, double multiplier)
        => Combined(Blocks().Select(block => projector.MeasureSparsity(block.Values.Span, block.Layout, multiplier)));

    /// <summary>Thresholds the vectors at a multiplier, in place.</summary>
    public void Apply(GspProjector<T> projector, double multiplier)
    {
        foreach (var block in Blocks()) projector.Apply(block.Values.Span, block.Values.Span, block.Layout, multiplier);
        Settle();
    }

    /// <summary>The average of several averages, each weighted by its number of vectors.</summary>
    public static SparsityAtMultiplier Combined(IEnumerable<SparsityAtMultiplier> parts)
    {
        var (sparsity, derivative, vectors) = (0.0, 0.0, 0L);
        foreach (var part in parts)
        {
            sparsity += part.Sparsity * part.Vectors;
            derivative += part.Derivative * part.Vectors;
            vectors += part.Vectors;
        }
        return vectors == 0 ? new(1, 0, 0) : new(sparsity / vectors, derivative / vectors, vectors);
    }

    /// <summary>The largest magnitude of each vector.</summary>
    public IEnumerable<T> LargestMagnitudes() => Blocks().SelectMany(block => LargestMagnitude.Of<T>(block.Values.Span, block.Layout));

    private IEnumerable<(Memory<T> Values, VectorLayout Layout, ReadOnlyMemory<T> Costs)> Blocks()
    {
        if (gathered is not null)
        {
            yield return (gathered, VectorLayout.Rows(checked((int)Vectors.Count), checked((int)Vectors.Length)), costs);
            yield break;
        }
        foreach (var (offset, layout) in Vectors.Blocks())
        {
            var (start, length) = ((int)offset, (int)layout.Extent);
            yield return (Values.AsMemory(start, length), layout, costs is null ? default : costs.AsMemory(start, length));
        }
    }

    private T[] Gathered(T[] stored)
    {
        var copy = GC.AllocateUninitializedArray<T>(stored.Length);
        Vectors.Gather<T>(stored, copy);
        return copy;
    }
}
