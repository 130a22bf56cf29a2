namespace GspMl.Onnx.Shrinking.Following;

/// <summary>Reshape and Flatten: channels × positions as one axis of features, and back.</summary>
internal static class ReshapeRules
{
    public static void Flatten(FlowNode node)
    {
        var input = node.Take(0);
        node.Set(0, Axes(node, input, node.OutputShape()));
    }

    /// <summary>
    /// The axes are followed from one shape to the other; then the shape operand must come to say the same with fewer channels.
    /// </summary>
    public static void Reshape(FlowNode node)
    {
        var input = node.Take(0);
        if (!node.Has(1)) throw new NotFollowedException($"{node.Name} has its shape in an attribute");
        var axes = Axes(node, input, node.OutputShape());
        var elements = node.TakeShape(1);
        for (var k = 0; k < axes.Length; k++)
            Settle(node, input, axes[k], k, elements is not null && elements.Count == axes.Length ? elements[k] : null);
        node.Set(0, axes);
    }

    private static void Settle(FlowNode node, FollowedTensor input, int[]? labels, int axis, ShapeElement? element)
    {
        if (element is not { Value: 0 } || node.Integer("allowzero", 0) != 0) ShapeOperand.Settle(node, labels, element);
        else
        {
            var copied = axis < input.Rank ? input.Axes[axis] : null;
            if (node.Labels.AreSame(copied, labels)) return;
            node.Fix(labels, "takes its shape from elsewhere");
            node.Fix(copied, "takes its shape from it");
        }
    }

    /// <summary>
    /// Neighbouring axes that together have as many positions before and after, as few at a time as possible, are followed on their own.
    /// </summary>
    private static int[]?[] Axes(FlowNode node, FollowedTensor input, IReadOnlyList<long> shape)
    {
        var axes = new int[]?[shape.Count];
        var (i, o) = (0, 0);
        while (i < input.Rank || o < shape.Count)
        {
            var (startIn, startOut, before, after) = (i, o, 1L, 1L);
            if (i < input.Rank) before = input.Shape[i++];
            if (o < shape.Count) after = shape[o++];
            while (before != after)
            {
                if (before < after && i < input.Rank) before *= input.Shape[i++];
                else if (o < shape.Count) after *= shape[o++];
                else throw new NotFollowedException($"{node.Name} has shapes that do not fit");
            }
            // An axis of one position belongs to whatever is beside it.
            Follow(node, input, startIn, i, shape, startOut, o, axes);
        }
        return axes;
    }

    private static void Follow(FlowNode node, FollowedTensor input, int startIn, int endIn, IReadOnlyList<long> shape, int startOut,
        int endOut, int[]?[] axes)
    {
        var own = input.Axes.Take(startIn..endIn).ToList();
        if (node.Merge(own, [.. input.Shape.Take(startIn..endIn)]) is not { } flat) return;
        try
        {
            node.Split(flat, [.. shape.Take(startOut..endOut)]).CopyTo(axes, startOut);
        }
        catch (NotFollowedException)
        {
            foreach (var axis in own) node.Fix(axis, "splits or mixes its channels");
        }
    }
}
