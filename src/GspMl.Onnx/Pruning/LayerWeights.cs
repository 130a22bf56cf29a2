using System.Numerics;
using GspMl.Projection;

namespace GspMl.Onnx.Pruning;

/// <summary>One layer's weights while they are pruned: the stored elements as numbers, and the vectors they form.</summary>
/// <typeparam name="T">float; double where the model stores double.</typeparam>
internal sealed class LayerWeights<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T[]? gathered;

    public LayerWeights(SelectedLayer layer, LayerVectors vectors, T[] values)
    {
        (Layer, Vectors, Values) = (layer, vectors, values);
        if (vectors.IsStrided) return;
        gathered = GC.AllocateUninitializedArray<T>(values.Length);
        vectors.Gather<T>(values, gathered);
    }

    public SelectedLayer Layer { get; }

    public LayerVectors Vectors { get; }

    /// <summary>The elements in the stored order.</summary>
    public T[] Values { get; }

    /// <summary>Adds this layer's vectors to a group that is projected in place.</summary>
    public void AddTo(VectorGroup<T> group)
    {
        foreach (var (values, layout) in Blocks()) group.Add(values, layout);
    }

    /// <summary>To be called once the group was projected: puts a gathered copy back.</summary>
    public void Settle()
    {
        if (gathered is not null) Vectors.Scatter<T>(gathered, Values);
    }

    /// <summary>Zeros and average Hoyer sparsity of the values as they are. Linear in the number of elements.</summary>
    public LayerSparsity Measure(GspProjector<T> projector)
    {
        double sum = 0;
        long counted = 0;
        foreach (var (values, layout) in Blocks())
        {
            var part = projector.SparsityAt(values.Span, layout, 0);
            sum += part.Sparsity * part.Vectors;
            counted += part.Vectors;
        }
        return new(Layer.Weight, Values.LongLength - CountNonZeros(), counted == 0 ? double.NaN : sum / counted);
    }

    private long CountNonZeros()
    {
        long count = 0;
        foreach (var value in Values) count += value == T.Zero ? 0 : 1;
        return count;
    }

    private IEnumerable<(Memory<T> Values, VectorLayout Layout)> Blocks()
    {
        if (gathered is not null)
        {
            yield return (gathered, VectorLayout.Rows(checked((int)Vectors.Count), checked((int)Vectors.Length)));
            yield break;
        }
        foreach (var block in Vectors.Blocks()) yield return (Values.AsMemory((int)block.Offset, (int)block.Layout.Extent), block.Layout);
    }
}
