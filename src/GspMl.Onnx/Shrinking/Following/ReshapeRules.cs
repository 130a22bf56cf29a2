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
        switch (element)
        {
            case null: node.Fix(labels, "computes its shape"); break;
            case { IsExtent: true } when !node.Labels.AreSame(element.Extent, labels):
                node.Fix(labels, "takes its shape from elsewhere");
                node.Fix(element.Extent, "takes its shape from it");
                break;
            case { IsExtent: true } or { Value: -1 }: break;
            case { Value: 0 } when node.Integer("allowzero", 0) == 0:
                var copied = axis < input.Rank ? input.Axes[axis] : null;
                if (node.Labels.AreSame(copied, labels)) break;
                node.Fix(labels, "takes its shape from elsewhere");
                node.Fix(copied, "takes its shape from it");
                break;
            default: node.Flow.Shapes.NoteUse(element, labels, node.Name); break;
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
        var followed = Enumerable.Range(startIn, endIn - startIn).Where(k => input.Axes[k] is not null).ToList();
        if (followed.Count == 0) return;
        if (followed.Count > 1)
        {
            foreach (var k in followed) node.Fix(input.Axes[k], "joins channels of several axes");
            return;
        }
        var axis = followed[0];
        var inner = Product(input.Shape, axis + 1, endIn);
        var count = Product(input.Shape, startIn, endIn);
        var flat = new int[count];
        for (var p = 0L; p < count; p++) flat[p] = input.Axes[axis]![p / inner % input.Shape[axis]];
        for (var k = startOut; k < endOut; k++)
            if (shape[k] > 1 && Along(node.Labels, flat, shape[k], Product(shape, k + 1, endOut)) is { } labels)
            {
                axes[k] = labels;
                return;
            }
        node.Fix(input.Axes[axis], "splits or mixes its channels");
    }

    /// <summary>The labels along one axis of the result, if the others make no difference.</summary>
    private static int[]? Along(ChannelLabels all, int[] flat, long extent, long inner)
    {
        var labels = new int[extent];
        Array.Fill(labels, -1);
        for (var p = 0L; p < flat.LongLength; p++)
        {
            ref var label = ref labels[p / inner % extent];
            if (label < 0) label = flat[p];
            else if (all.Find(label) != all.Find(flat[p])) return null;
        }
        return labels;
    }

    private static long Product(IReadOnlyList<long> shape, int start, int end)
    {
        var product = 1L;
        for (var k = start; k < end; k++) product *= shape[k];
        return product;
    }
}
