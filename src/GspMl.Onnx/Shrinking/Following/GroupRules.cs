namespace GspMl.Onnx.Shrinking.Following;

/// <summary>
/// Convolutions in groups: an axis of channels is one of groups and one within them. Whole groups can go, or the same places in each.
/// </summary>
internal static class GroupRules
{
    private const string Attribute = "group";
    private const string NormalizedGroups = "num_groups";

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

    /// <summary>Normalisation in groups: whole ones can go. Scale and shift are those of groups or, since opset 21, of channels.</summary>
    public static void Normalize(FlowNode node)
    {
        var (input, count) = (node.Take(0), node.Integer(NormalizedGroups, 1));
        int[]? groups = null;
        if (input.Axes[1] is { } channels)
        {
            var factors = node.Split(channels, count, channels.Length / count);
            node.Fix(factors[1], "normalises over it");
            groups = factors[0];
        }
        for (var i = 1; i < node.Inputs; i++)
        {
            var scale = node.Take(i);
            var along = scale.Shape[0] == input.Shape[1] ? input.Axes[1] : groups;
            if (scale.Shape[0] > 1) node.Join(along, scale.Axes[0], "joins it with groups");
        }
        if (groups is not null) node.NoteAttribute(NormalizedGroups, groups);
        for (var k = 2; k < input.Rank; k++) node.Fix(input.Axes[k], "normalises over it");
        node.Set(0, [input.Axes[0], input.Axes[1], .. new int[]?[input.Rank - 2]]);
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
