namespace GspMl.Onnx.Shrinking.Following;

/// <summary>Nodes that change the length of some axes: the others pass.</summary>
internal static class ResizingRules
{
    private const int Sizes = 3;

    /// <summary>Resize and Upsample, by scales or by sizes.</summary>
    public static void Resize(FlowNode node)
    {
        var (input, shape) = (node.Take(0), node.OutputShape());
        var axes = new int[]?[shape.Count];
        var along = node.Integers("axes") is { } given ? FlowNode.Normalized(given, input.Rank) : [.. Enumerable.Range(0, input.Rank)];
        for (var k = 0; k < input.Rank; k++)
        {
            if (shape[k] == input.Shape[k]) axes[k] = input.Axes[k];
            else node.Fix(input.Axes[k], "changes its length");
        }
        if (node.Has(Sizes)) SettleSizes(node, axes, along);
        node.Set(0, axes);
    }

    private static void SettleSizes(FlowNode node, int[]?[] axes, int[] along)
    {
        var sizes = node.TakeShape(Sizes);
        for (var i = 0; i < along.Length; i++)
            if (axes[along[i]] is not null || sizes is not null) ShapeOperand.Settle(node, axes[along[i]], sizes?[i]);
    }

    /// <summary>Pad: positions that are added hold a constant and stay.</summary>
    public static void Pad(FlowNode node)
    {
        var input = node.Take(0);
        var rank = node.Has(3) ? node.Integers("axes", 3)!.Length : input.Rank;
        var along = node.Has(3) ? FlowNode.Normalized(node.Integers("axes", 3)!, input.Rank) : [.. Enumerable.Range(0, rank)];
        if (input.Axes.All(axis => axis is null))
        {
            node.Set(0, input.Axes);
            return;
        }
        var pads = node.Integers(node.Attribute("paddings") is null ? "pads" : "paddings", 1)
            ?? throw new NotFollowedException($"{node.Name} has no pads");
        int[]?[] axes = [.. input.Axes];
        for (var i = 0; i < rank; i++) axes[along[i]] = Padded(node, axes[along[i]], pads[i], pads[i + rank]);
        node.Set(0, axes);
    }

    private static int[]? Padded(FlowNode node, int[]? labels, long before, long after)
    {
        if (labels is null || (before == 0 && after == 0)) return labels;
        var isConstant = node.Attribute("mode") is not { } mode || mode.S.ToStringUtf8() == "constant";
        if (!isConstant || before < 0 || after < 0)
        {
            node.Fix(labels, "pads it by what it holds");
            return null;
        }
        var staying = node.Labels.Staying();
        return [.. Enumerable.Repeat(staying, (int)before), .. labels, .. Enumerable.Repeat(staying, (int)after)];
    }
}
