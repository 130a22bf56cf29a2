namespace GspMl.Onnx.Weights;

/// <summary>One axis of a view: how many steps, and how many elements of the stored tensor a step is.</summary>
internal readonly record struct Axis(long Extent, long Stride)
{
    /// <summary>All elements in one place.</summary>
    public static Axis Whole => new(1, 1);
}

/// <summary>A stored tensor as the reader of a Transpose or Reshape sees it. No data is moved.</summary>
internal sealed record TensorView(IReadOnlyList<Axis> Axes)
{
    public int Rank => Axes.Count;

    public long Count => Axes.Aggregate(1L, (product, axis) => checked(product * axis.Extent));

    /// <summary>The tensor as stored, in row-major order.</summary>
    public static TensorView Of(IReadOnlyList<long> shape)
    {
        var axes = new Axis[shape.Count];
        var stride = 1L;
        for (var i = axes.Length - 1; i >= 0; stride = checked(stride * shape[i--])) axes[i] = new(shape[i], stride);
        return new(axes);
    }

    /// <summary>Axis i of the result is axis <paramref name="permutation"/>[i] of this view.</summary>
    public TensorView Transpose(IReadOnlyList<long> permutation) => new([.. permutation.Select(p => Axes[(int)p])]);

    /// <summary>
    /// The view under another shape, or null where that would need a copy (an axis of the result would have no single stride) or there are
    /// no elements.
    /// </summary>
    public TensorView? Reshape(IReadOnlyList<long> shape)
    {
        if (shape.Any(extent => extent < 1) || shape.Aggregate(1L, (product, extent) => product * extent) != Count) return null;
        var source = new Queue<Axis>(Merged());
        var result = new List<Axis>();
        var open = new Axis(1, 1);
        foreach (var extent in shape)
        {
            if (extent == 1) { result.Add(new(1, open.Stride)); continue; }
            if (open.Extent == 1 && !source.TryDequeue(out open)) return null;
            if (open.Extent % extent != 0) return null;
            open = open with { Extent = open.Extent / extent };
            result.Add(new(extent, open.Extent * open.Stride));
        }
        return new(result);
    }

    /// <summary>Neighbouring axes that can be walked with one stride, joined.</summary>
    private List<Axis> Merged()
    {
        var merged = new List<Axis>();
        foreach (var axis in Axes.Where(a => a.Extent != 1))
        {
            if (merged.Count > 0 && merged[^1].Stride == axis.Extent * axis.Stride)
                merged[^1] = new(merged[^1].Extent * axis.Extent, axis.Stride);
            else
                merged.Add(axis);
        }
        return merged;
    }
}
