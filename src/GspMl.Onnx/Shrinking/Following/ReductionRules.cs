namespace GspMl.Onnx.Shrinking.Following;

/// <summary>Nodes that reduce or normalise over axes: channels along these stay.</summary>
internal static class ReductionRules
{
    /// <summary>ReduceMean and its kind.</summary>
    public static void Reduce(FlowNode node)
    {
        var input = node.Take(0);
        var given = node.Integers("axes", 1) ?? [];
        var all = given.Length == 0 && node.Integer("noop_with_empty_axes", 0) == 0;
        var reduced = all ? [.. Enumerable.Range(0, input.Rank)] : FlowNode.Normalized(given, input.Rank);
        foreach (var axis in reduced) node.Fix(input.Axes[axis], "reduces over it");
        var keeps = node.Integer("keepdims", 1) != 0;
        node.Set(0,
            [.. Enumerable.Range(0, input.Rank).Where(k => keeps || !reduced.Contains(k))
            .Select(k => reduced.Contains(k) ? null : input.Axes[k])]);
    }

    /// <summary>Softmax and its kind; before opset 13 over all axes from the given one.</summary>
    public static void Softmax(FlowNode node)
    {
        var input = node.Take(0);
        var axis = FlowNode.Axis(node.Integer("axis", node.Opset < 13 ? 1 : -1), input.Rank);
        var last = node.Opset < 13 ? input.Rank - 1 : axis;
        for (var k = axis; k <= last; k++) node.Fix(input.Axes[k], "normalises over it");
        node.Set(0, input.Axes);
    }

    /// <summary>Normalises a sum over the last axis; its fourth result is the sum.</summary>
    public static void SkipNormalization(FlowNode node)
    {
        var (input, skip) = (node.Take(0), node.Take(1));
        foreach (var tensor in new[] { input, skip }) node.Fix(tensor.Axes[^1], "normalises over it");
        int[]?[] axes = [.. input.Axes];
        for (var k = 0; k < axes.Length - 1; k++)
            if (skip.Rank == input.Rank && skip.Shape[k] != 1) axes[k] = node.Join(axes[k], skip.Axes[k], "adds to it");
        foreach (var output in new[] { 0, 3 })
            if (output < node.Outputs && node.OutputName(output).Length > 0) node.Set(output, axes);
    }

    /// <summary>LayerNormalization over all axes from the given one.</summary>
    public static void LayerNormalization(FlowNode node)
    {
        var input = node.Take(0);
        var axis = FlowNode.Axis(node.Integer("axis", -1), input.Rank);
        for (var k = axis; k < input.Rank; k++) node.Fix(input.Axes[k], "normalises over it");
        node.Set(0, input.Axes);
        for (var output = 1; output < node.Outputs; output++)
            if (node.OutputName(output).Length > 0) node.Set(output, [.. input.Axes.Select((labels, k) => k < axis ? labels : null)]);
    }
}
