namespace GspMl.Onnx.Shrinking.Following;

/// <summary>Nodes that repeat elements.</summary>
internal static class RepeatingRules
{
    /// <summary>
    /// Axes of one position become as long as is asked, by the extent of another axis maybe; the others pass where the shape that is asked
    /// for shrinks with them.
    /// </summary>
    public static void Expand(FlowNode node)
    {
        var input = node.Take(0);
        var (shape, asked) = (node.OutputShape(), node.TakeShape(1));
        var axes = new int[]?[shape.Count];
        for (var k = 0; k < axes.Length; k++)
        {
            var (own, at) = (k - shape.Count + input.Rank, k - shape.Count + (asked?.Count ?? 0));
            var element = at >= 0 ? asked?[at] : null;
            axes[k] = own >= 0 && input.Shape[own] > 1 ? input.Axes[own] : element?.Extent;
            if (axes[k] is not null && asked is null || element is not null) ShapeOperand.Settle(node, axes[k], element);
        }
        node.Set(0, axes);
    }

    /// <summary>Axes as long as is asked: that of another axis, or a stored number, which is written anew where the axis shrinks.</summary>
    public static void Fill(FlowNode node)
    {
        var shape = node.OutputShape();
        if (node.TakeShape(0) is not { } asked || asked.Count != shape.Count)
            throw new NotFollowedException($"{node.Name} computes its shape");
        node.Set(0, [.. asked.Select((element, k) => Filled(node, element, (int)shape[k]))]);
    }

    private static int[]? Filled(FlowNode node, ShapeElement element, int extent)
    {
        if (element.IsExtent || extent < 2) return element.Extent;
        var labels = node.Labels.Create(extent);
        ShapeOperand.Settle(node, labels, element);
        return labels;
    }

    /// <summary>Each axis as often as stored numbers say, one copy after the other.</summary>
    public static void Tile(FlowNode node)
    {
        var input = node.Take(0);
        var repeats = node.Integers("repeats", 1) ?? throw new NotFollowedException($"{node.Name} has no repeats");
        node.Set(0, [.. input.Axes.Select((labels, k) => labels is null ? null : node.Merge([null, labels], repeats[k], labels.Length))]);
    }
}
