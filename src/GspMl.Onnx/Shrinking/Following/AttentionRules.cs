using GspMl.Onnx.Operators;

namespace GspMl.Onnx.Shrinking.Following;

/// <summary>
/// Attention in one node: whole heads of queries, keys and values go together, features of values on their own, those of queries with those
/// of keys where a stored number scales their products (else their root does, which would change).
/// </summary>
internal static class AttentionRules
{
    /// <summary>Queries, keys and values as operands: [rows, positions, heads × features], or [rows, heads, positions, features].</summary>
    public static void Attend(FlowNode node)
    {
        var operands = Checked(node);
        var (queries, keys, values) = (node.Take(0), node.Take(1), node.Take(2));
        if (queries.Rank != keys.Rank || queries.Rank != values.Rank || queries.Rank is not (3 or 4))
            throw new NotFollowedException($"{node.Name} reads queries, keys and values in one operand");
        node.Fix(keys.Axes[^2], "attends over it");
        node.Fix(values.Axes[^2], "attends over it");
        if (queries.Rank == 4) AttendInHeads(node, operands, queries, keys, values);
        else
        {
            var heads = node.Integer(operands.Heads, 1);
            var shape = new HeadCounts(heads, operands.KeyHeads is { } name ? node.Integer(name, heads) : heads);
            if (operands.Bias is { } bias && node.Has(bias)) JoinBias(node, node.Take(bias).Axes[0], [queries, keys, values]);
            var merged = Merged(node, operands, shape, [queries.Axes[2], keys.Axes[2], values.Axes[2]],
                [queries.Shape[2], keys.Shape[2], values.Shape[2]]);
            node.Set(0, [queries.Axes[0], queries.Axes[1], merged]);
            var positions = queries.Shape[0] * queries.Shape[1] * keys.Shape[1];
            Count(node, positions, (queries.Axes[2], queries.Shape[2]));
            Count(node, positions, (merged, node.OutputShape()[2]));
        }
    }

    /// <summary>A weight makes queries, keys and values of the one input.</summary>
    public static void AttendToItself(FlowNode node)
    {
        var operands = Checked(node);
        var (input, weight) = (node.Take(0), ProductRules.Weight(node, 1));
        if (weight.Axes[1] is not { } outputs) throw new NotFollowedException($"{node.Name} has a weight without outputs");
        ProductRules.JoinInputs(node, input, 2, weight, 0);
        if (node.Has(operands.Bias!.Value)) node.Join(outputs, node.Take(operands.Bias.Value).Axes[0], "adds to it");
        node.Fix(input.Axes[1], "attends over it");
        var sizes = node.Integers(AttentionOperands.Sizes) is { Length: 3 } given ? given : [.. Enumerable.Repeat(outputs.Length / 3L, 3)];
        var heads = node.Integer(operands.Heads, 1);
        var (keys, values) = ((int)sizes[0], (int)(sizes[0] + sizes[1]));
        int[][] parts = [outputs[..keys], outputs[keys..values], outputs[values..]];
        var merged = Merged(node, operands, new(heads, heads), parts, sizes);
        if (node.Integers(AttentionOperands.Sizes) is { Length: 3 })
            for (var part = 0; part < parts.Length; part++) node.NoteAttribute(AttentionOperands.Sizes, parts[part], part);
        // Without sizes all three have as many features.
        else node.Fix(node.Split(parts[2], heads, sizes[2] / heads)[1], "cuts it in equal parts");
        node.Set(0, [input.Axes[0], null, merged]);
        node.Flow.AddLayer(new(node.PlainName, outputs, weight.Axes[0]));
        node.Flow.AddProduct([input.Shape[0], input.Shape[1], weight.Axes[0] is null ? weight.Shape[0] : 1], [outputs, weight.Axes[0]]);
        var positions = input.Shape[0] * input.Shape[1] * input.Shape[1];
        Count(node, positions, (parts[0], sizes[0]));
        Count(node, positions, (merged, sizes[2]));
    }

    private static AttentionOperands Checked(FlowNode node)
    {
        var operands = node.Operator!.Attention!;
        if (operands.Past.Any(node.Has)) throw new NotFollowedException($"{node.Name} has keys and values of earlier runs");
        if (Enumerable.Range(1, node.Outputs - 1).Any(output => node.OutputName(output).Length > 0))
            throw new NotFollowedException($"{node.Name} puts out more than what is attended to");
        return operands;
    }

    private static void AttendInHeads(FlowNode node, AttentionOperands operands, FollowedTensor queries, FollowedTensor keys,
        FollowedTensor values)
    {
        var keyHeads = node.Join(keys.Axes[1], values.Axes[1], "reads it in heads");
        var heads = Grouped(node, queries.Axes[1], new(queries.Shape[1], keys.Shape[1]), keyHeads);
        JoinFeatures(node, queries.Axes[3], keys.Axes[3]);
        JoinAddend(node, operands, heads, queries.Shape[1]);
        node.Set(0, [queries.Axes[0], heads, queries.Axes[2], values.Axes[3]]);
        var positions = queries.Shape[0] * queries.Shape[2] * keys.Shape[2];
        Count(node, positions, (heads, queries.Shape[1]), (queries.Axes[3], queries.Shape[3]));
        Count(node, positions, (heads, queries.Shape[1]), (values.Axes[3], values.Shape[3]));
    }

    /// <summary>Heads × features of what is attended to.</summary>
    private static int[]? Merged(FlowNode node, AttentionOperands operands, HeadCounts counts, int[]?[] labels, long[] extents)
    {
        var (queries, keys, values) = (Split(node, labels[0], counts.Queries, extents[0]), Split(node, labels[1], counts.Keys, extents[1]),
            Split(node, labels[2], counts.Keys, extents[2]));
        var keyHeads = node.Join(keys[0], values[0], "reads it in heads");
        var heads = Grouped(node, queries[0], counts, keyHeads);
        JoinFeatures(node, queries[1], keys[1]);
        JoinAddend(node, operands, heads, counts.Queries);
        if (heads is not null) node.NoteAttribute(operands.Heads, heads);
        if (keyHeads is not null && operands.KeyHeads is { } name) node.NoteAttribute(name, keyHeads);
        return node.Merge([heads, values[1]], counts.Queries, extents[2] / counts.Keys);
    }

    private static int[]?[] Split(FlowNode node, int[]? labels, long heads, long extent)
        => labels is null ? [null, null] : node.Split(labels, heads, extent / heads);

    /// <summary>Several heads of queries may share one of keys and values, and go with it or with their place beside it.</summary>
    private static int[]? Grouped(FlowNode node, int[]? queries, HeadCounts counts, int[]? keyHeads)
    {
        if (counts.Queries == counts.Keys) return node.Join(queries, keyHeads, "reads it in heads");
        if (queries is null)
        {
            node.Fix(keyHeads, "reads it in heads");
            return null;
        }
        var groups = node.Split(queries, counts.Keys, counts.Queries / counts.Keys);
        node.Join(groups[0], keyHeads, "reads it in heads");
        return queries;
    }

    private static void JoinFeatures(FlowNode node, int[]? queries, int[]? keys)
    {
        if (node.Attribute(AttentionOperands.Scale) is { F: not 0 })
        {
            if (node.Join(queries, keys, "multiplies it with what is not followed") is { } labels) node.Flow.NotePaired(labels);
            return;
        }
        node.Fix(queries, "scales by the number of features");
        node.Fix(keys, "scales by the number of features");
    }

    private static void JoinAddend(FlowNode node, AttentionOperands operands, int[]? heads, long count)
    {
        if (!node.Has(operands.Addend)) return;
        var addend = node.Take(operands.Addend);
        if (addend.Rank < 3 || addend.Shape[^3] == 1 || count == 1) return;
        node.Join(heads, addend.Axes[^3], "adds to it");
    }

    private static void JoinBias(FlowNode node, int[]? bias, FollowedTensor[] added)
    {
        var start = 0;
        foreach (var tensor in added)
        {
            var end = start + (int)tensor.Shape[2];
            if (bias is not null && tensor.Shape[2] > 1) node.Join(tensor.Axes[2], bias[start..end], "adds to it");
            start = end;
        }
    }

    /// <summary>A product over some positions, each of heads × features.</summary>
    private static void Count(FlowNode node, long positions, params IReadOnlyList<(int[]? Labels, long Extent)> axes)
        => node.Flow.AddProduct([positions, .. axes.Select(axis => axis.Labels is null ? axis.Extent : 1)],
            axes.Select(axis => axis.Labels));

    /// <summary>Heads of queries, and those of keys and values.</summary>
    private readonly record struct HeadCounts(long Queries, long Keys);
}
