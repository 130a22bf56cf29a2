namespace GspMl.Onnx.Weights;

/// <summary>What an axis of a weight stands for.</summary>
internal enum AxisRole
{
    /// <summary>Independent blocks: groups of a convolution, directions of a recurrent layer, the batch of a MatMul.</summary>
    Group,

    /// <summary>Output channels: one filter each.</summary>
    Output,

    /// <summary>Input channels.</summary>
    Input,

    /// <summary>Positions within a convolution kernel.</summary>
    Kernel,
}

/// <summary>An axis of a weight with its role.</summary>
internal readonly record struct WeightAxis(AxisRole Role, long Extent, long Stride);

/// <summary>A stored weight seen as filters: every element has a group, an output, an input and kernel positions.</summary>
internal sealed record WeightView(IReadOnlyList<WeightAxis> Axes)
{
    /// <summary>Positions of stored elements: all steps along the axes of some roles, the last role fastest.</summary>
    public int[] Offsets(params ReadOnlySpan<AxisRole> roles)
    {
        int[] offsets = [0];
        foreach (var role in roles)
            foreach (var axis in Axes.Where(axis => axis.Role == role))
                offsets =
                    [.. offsets.SelectMany(_ => Enumerable.Range(0, (int)axis.Extent), (offset, step)
                    => checked((int)(offset + (step * axis.Stride))))];
        return offsets;
    }

    public long Extent(AxisRole role) => Axes.Where(a => a.Role == role).Aggregate(1L, (product, axis) => product * axis.Extent);

    /// <summary>The axes with the given roles, outermost in memory first, joined where one stride suffices.</summary>
    public IReadOnlyList<Axis> Select(params ReadOnlySpan<AxisRole> roles)
    {
        var selected = new List<Axis>();
        foreach (var axis in Axes)
            if (axis.Extent > 1 && roles.Contains(axis.Role)) selected.Add(new(axis.Extent, axis.Stride));
        selected.Sort((a, b) => b.Stride.CompareTo(a.Stride));
        for (var i = selected.Count - 2; i >= 0; i--)
        {
            var (outer, inner) = (selected[i], selected[i + 1]);
            if (outer.Stride != inner.Extent * inner.Stride) continue;
            selected[i] = new(outer.Extent * inner.Extent, inner.Stride);
            selected.RemoveAt(i + 1);
        }
        return selected;
    }
}
