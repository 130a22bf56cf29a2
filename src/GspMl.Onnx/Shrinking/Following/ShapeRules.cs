namespace GspMl.Onnx.Shrinking.Following;

/// <summary>Nodes that put axes elsewhere.</summary>
internal static class ShapeRules
{
    /// <summary>Channels one after the other along the axis; along the others they go together.</summary>
    public static void Concat(FlowNode node)
    {
        var operands = Enumerable.Range(0, node.Inputs).Select(node.Take).ToList();
        var rank = operands[0].Rank;
        var axis = FlowNode.Axis(node.Integer("axis", 0), rank);
        var axes = new int[]?[rank];
        for (var k = 0; k < rank; k++) axes[k] = k == axis ? Joined(node, operands, axis) : Common(node, operands, k);
        node.Set(0, axes);
    }

    /// <summary>Positions of operands that are not followed get labels that are fixed.</summary>
    private static int[]? Joined(FlowNode node, List<FollowedTensor> operands, int axis)
    {
        if (operands.All(operand => operand.Axes[axis] is null)) return null;
        var labels = new List<int>();
        foreach (var operand in operands)
        {
            var own = operand.Axes[axis];
            if (own is null)
                node.Flow.Labels.Fix(own = node.Labels.Create((int)operand.Shape[axis]), $"{node.Name} takes it from {operand.Origin}");
            labels.AddRange(own);
        }
        return [.. labels];
    }

    private static int[]? Common(FlowNode node, List<FollowedTensor> operands, int axis)
    {
        if (operands[0].Shape[axis] == 1) return null;
        var other = operands.Find(operand => operand.Axes[axis] is null)?.Origin;
        return operands.Select(operand => operand.Axes[axis]).Aggregate((a, b) => node.Join(a, b, $"joins it with {other}"));
    }

    public static void Transpose(FlowNode node)
    {
        var input = node.Take(0);
        var order = node.Integers("perm") is { Length: > 0 } perm ? perm
            : [.. Enumerable.Range(0, input.Rank).Select(k => (long)k).Reverse()];
        node.Set(0, [.. order.Select(k => input.Axes[(int)k])]);
    }

    public static void Unsqueeze(FlowNode node)
    {
        var input = node.Take(0);
        var rank = node.OutputShape().Count;
        var added = FlowNode.Normalized(node.Integers("axes", 1) ?? [], rank);
        var source = new Queue<int[]?>(input.Axes);
        node.Set(0, [.. Enumerable.Range(0, rank).Select(k => added.Contains(k) ? null : source.Dequeue())]);
    }

    /// <summary>Without axes, every axis that comes to have one position would go: channels along the others stay.</summary>
    public static void Squeeze(FlowNode node)
    {
        var input = node.Take(0);
        if (node.Integers("axes", 1) is not { } axes)
        {
            foreach (var labels in input.Axes) node.Fix(labels, "takes out all axes of one position");
            axes = [.. Enumerable.Range(0, input.Rank).Where(k => input.Shape[k] == 1).Select(k => (long)k)];
        }
        var gone = FlowNode.Normalized(axes, input.Rank);
        node.Set(0, [.. input.Axes.Where((_, k) => !gone.Contains(k))]);
    }
}
