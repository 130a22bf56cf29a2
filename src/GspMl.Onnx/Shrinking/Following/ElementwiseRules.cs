namespace GspMl.Onnx.Shrinking.Following;

/// <summary>Nodes whose outputs have the channels of their inputs.</summary>
internal static class ElementwiseRules
{
    /// <summary>Element by element, with operands broadcast against each other: axes of more than one position shrink together.</summary>
    public static void Broadcast(FlowNode node)
    {
        var shape = node.OutputShape();
        var operands = Enumerable.Range(0, node.Inputs).Where(node.Has).Select(node.Take).ToList();
        var axes = new int[]?[shape.Count];
        for (var k = 0; k < axes.Length; k++) axes[k] = Axis(node, operands, shape.Count - k);
        for (var output = 0; output < Math.Min(node.Outputs, 2); output++)
            // Dropout's second output, the mask, has the shape of the first.
            if (output == 0 || node.Flow.ShapeOf(node.OutputName(output)) is { } other && other.Count == axes.Length)
                node.Set(output, axes);
    }

    /// <summary>The labels of an axis counted from the last, which is 1.</summary>
    private static int[]? Axis(FlowNode node, List<FollowedTensor> operands, int fromEnd)
    {
        var present = operands.Where(operand => operand.Rank >= fromEnd && operand.Shape[^fromEnd] != 1).ToList();
        int[]? labels = null;
        foreach (var operand in present.OrderBy(operand => operand.Axes[^fromEnd] is null))
        {
            if (operand.Axes[^fromEnd] is { } own)
                labels = labels is null ? own : node.Join(labels, own, "joins axes of different lengths");
            else node.Fix(labels, $"joins it with {operand.Origin}");
        }
        return labels;
    }

    /// <summary>Pooling: positions in space are reduced, channels (axis 1) stay what they are.</summary>
    public static void Spatial(FlowNode node)
    {
        var input = node.Take(0);
        var axes = new int[]?[node.OutputShape().Count];
        for (var k = 0; k < input.Rank; k++)
        {
            if (k < 2) axes[k] = input.Axes[k];
            else node.Fix(input.Axes[k], "pools over it");
        }
        for (var output = 0; output < node.Outputs; output++)
            if (node.OutputName(output).Length > 0) node.Set(output, axes);
    }

    /// <summary>BatchNormalization, InstanceNormalization: one number for each channel in every further operand.</summary>
    public static void PerChannel(FlowNode node)
    {
        var input = node.Take(0);
        if (input.Rank < 2 || node.Integer("training_mode", 0) != 0)
            throw new NotFollowedException($"{node.Name} is not in the form of inference");
        var channels = input.Axes[1];
        for (var i = 1; i < node.Inputs; i++)
            if (input.Shape[1] > 1) channels = node.Join(channels, node.Take(i).Axes[0], $"joins it with {input.Origin}");
        FixSpace(node, input);
        node.Set(0, [input.Axes[0], channels, .. new int[]?[input.Rank - 2]]);
    }

    private static void FixSpace(FlowNode node, FollowedTensor input)
    {
        // Statistics over space, or per-channel arithmetic: a position of space that went would change the former.
        for (var k = 2; k < input.Rank; k++) node.Fix(input.Axes[k], "normalises over it");
    }

    /// <summary>QuantizeLinear and DequantizeLinear: one scale, or one for each position of an axis.</summary>
    public static void Quantization(FlowNode node)
    {
        var input = node.Take(0);
        if (node.Integer("block_size", 0) != 0) throw new NotFollowedException($"{node.Name} scales in blocks");
        var axes = input.Axes.ToArray();
        var axis = FlowNode.Axis(node.Integer("axis", 1), input.Rank);
        for (var i = 1; i < node.Inputs; i++)
        {
            if (!node.Has(i)) continue;
            var scale = node.Take(i);
            if (scale.Rank == 1 && scale.Shape[0] > 1) axes[axis] = node.Join(axes[axis], scale.Axes[0], "scales it");
            else if (scale.Rank > 1) throw new NotFollowedException($"{node.Name} scales in blocks");
        }
        node.Set(0, axes);
    }
}
