using GspMl.Onnx.Weights;
using GspMl.Projection;

namespace GspMl.Onnx.Pruning;

/// <summary>Vectors of a weight that have one layout, from an offset into its elements.</summary>
internal readonly record struct VectorBlockPlace(long Offset, VectorLayout Layout);

/// <summary>
/// How a weight's elements form vectors: as strided blocks of the stored tensor, or, where an entry has no single stride, in a gathered
/// copy.
/// </summary>
internal sealed class LayerVectors
{
    private readonly IReadOnlyList<Axis> vectors;
    private readonly IReadOnlyList<Axis> entries;

    private LayerVectors(IReadOnlyList<Axis> vectors, IReadOnlyList<Axis> entries) => (this.vectors, this.entries) = (vectors, entries);

    /// <summary>The number of vectors.</summary>
    public long Count => Product(vectors);

    /// <summary>The entries of each.</summary>
    public long Length => Product(entries);

    /// <summary>Whether the vectors can be read where they lie.</summary>
    public bool IsStrided => entries.Count <= 1;

    public static LayerVectors Of(PrunableWeight weight, WeightGroup group) => group switch
    {
        WeightGroup.Kernel => new(weight.View.Select(AxisRole.Group, AxisRole.Output, AxisRole.Input), weight.View.Select(AxisRole.Kernel)),
        WeightGroup.Input => new(weight.View.Select(AxisRole.Group, AxisRole.Input), weight.View.Select(AxisRole.Output, AxisRole.Kernel)),
        WeightGroup.Layer => new([], weight.View.Select(AxisRole.Group, AxisRole.Output, AxisRole.Input, AxisRole.Kernel)),
        _ => new(weight.View.Select(AxisRole.Group, AxisRole.Output), weight.View.Select(AxisRole.Input, AxisRole.Kernel)),
    };

    /// <summary>The entries of each vector under a grouping.</summary>
    public static long VectorLength(PrunableWeight weight, WeightGroup group) => Of(weight, group).Length;

    /// <summary>The vectors as blocks of the stored tensor; only where <see cref="IsStrided"/>.</summary>
    public IEnumerable<VectorBlockPlace> Blocks()
    {
        var entry = entries.Count == 0 ? new Axis(1, 1) : entries[0];
        // The axis with the smallest stride goes into the layout: interleaved vectors then share cache lines. The others become blocks.
        var inner = vectors.Count == 0 ? new Axis(1, Math.Max(1, entry.Extent * entry.Stride)) : vectors[^1];
        var layout = new VectorLayout(checked((int)inner.Extent), checked((int)entry.Extent), inner.Stride, entry.Stride);
        foreach (var offset in Offsets([.. vectors.SkipLast(1)])) yield return new(offset, layout);
    }

    /// <summary>Copies the vectors, one after the other, out of the stored tensor.</summary>
    public void Gather<T>(ReadOnlySpan<T> stored, Span<T> gathered)
    {
        ReadOnlySpan<long> within = [.. Offsets(entries)];
        var at = 0;
        foreach (var vector in Offsets(vectors))
            foreach (var entry in within) gathered[at++] = stored[(int)(vector + entry)];
    }

    /// <summary>Copies them back.</summary>
    public void Scatter<T>(ReadOnlySpan<T> gathered, Span<T> stored)
    {
        ReadOnlySpan<long> within = [.. Offsets(entries)];
        var at = 0;
        foreach (var vector in Offsets(vectors))
            foreach (var entry in within) stored[(int)(vector + entry)] = gathered[at++];
    }

    /// <summary>The offsets of all steps along some axes, the last one fastest.</summary>
    private static IEnumerable<long> Offsets(IReadOnlyList<Axis> axes)
    {
        if (axes.Count == 0) return [0];
        var (first, rest) = (axes[0], axes.Skip(1).ToArray());
        return Steps(first).SelectMany(step => Offsets(rest), (step, inner) => step + inner);
    }

    private static IEnumerable<long> Steps(Axis axis)
    {
        for (var i = 0L; i < axis.Extent; i++) yield return i * axis.Stride;
    }

    private static long Product(IReadOnlyList<Axis> axes) => axes.Aggregate(1L, (product, axis) => product * axis.Extent);
}
