namespace GspMl.Onnx.Shrinking.Following;

/// <summary>
/// Convolutions in groups: an axis of channels is one of groups and one within them. Whole groups can go, or the same places in each.
/// </summary>
internal static class GroupRules
{
    private const string Attribute = "group";

    /// <summary>Weight [O, I/g, k…]: the labels of the outputs.</summary>
    /// <param name="node">The node.</param>
    /// <param name="input">What it reads.</param>
    /// <param name="outputs">Labels of all outputs.</param>
    /// <param name="inputs">Labels of the inputs of a group; null where there is one.</param>
    public static int[]? Outputs(FlowNode node, FollowedTensor input, int[]? outputs, int[]? inputs)
    {
        if (outputs is null) throw new NotFollowedException($"{node.Name} has {node.Integer(Attribute, 1)} groups and one output");
        var (groups, within) = Inputs(node, input, outputs);
        node.Join(within, inputs, "reads it in groups");
        if (groups is not null) node.NoteAttribute(Attribute, groups);
        return outputs;
    }

    /// <summary>Weight [I, O/g, k…]: the outputs are the groups with their outputs.</summary>
    public static int[]? Transposed(FlowNode node, FollowedTensor input, FollowedTensor weight)
    {
        if (weight.Axes[0] is not { } inputs) throw new NotFollowedException($"{node.Name} has no input channels");
        var count = node.Integer(Attribute, 1);
        node.Join(input.Axes[1], inputs, $"reads {input.Origin} along it");
        var groups = node.Split(inputs, count, inputs.Length / count)[0];
        if (groups is not null) node.NoteAttribute(Attribute, groups);
        return node.Merge([groups, weight.Axes[1]], count, weight.Shape[1]);
    }

    /// <summary>The groups, which go with those of the outputs, and the inputs within them.</summary>
    private static (int[]? Groups, int[]? Within) Inputs(FlowNode node, FollowedTensor input, int[] outputs)
    {
        var count = node.Integer(Attribute, 1);
        var written = node.Split(outputs, count, outputs.Length / count);
        if (input.Axes[1] is not { } channels)
        {
            node.Flow.Labels.Fix(written[0], $"{node.Name} reads {input.Origin} in groups");
            return default;
        }
        var read = node.Split(channels, count, channels.Length / count);
        return (node.Join(read[0], written[0], "reads it in groups"), read[1]);
    }
}
