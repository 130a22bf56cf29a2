namespace GspMl.Onnx.Shrinking.Following;

/// <summary>The layers: a weight's output channels are those of the result, its input channels go with those it reads.</summary>
internal static class ProductRules
{
    /// <summary>Conv, and FusedConv with a sum: weight [O, I/g, k…].</summary>
    public static void Convolution(FlowNode node)
    {
        var (input, weight) = (node.Take(0), Weight(node, 1));
        var groups = node.Integer("group", 1);
        var outputs = groups == 1 ? Ungrouped(node, input, weight, 1, 0) : GroupRules.Outputs(node, input, weight.Axes[0], weight.Axes[1]);
        outputs = WithBias(node, outputs);
        for (var k = 2; k < input.Rank; k++) node.Fix(input.Axes[k], "slides over it");
        int[]?[] axes = [input.Axes[0], outputs, .. new int[]?[input.Rank - 2]];
        if (node.Operator?.Product?.Addend is { } addend && node.Has(addend))
            axes[1] = node.Join(axes[1], node.Take(addend).Axes[1], "adds to it");
        Finish(node, axes, outputs, weight.Axes[1]);
        var shape = node.OutputShape();
        node.Flow.AddProduct(
            [shape[0], .. shape.Skip(2), .. weight.Shape.Skip(2), outputs is null ? weight.Shape[0] : 1,
                weight.Axes[1] is null ? weight.Shape[1] : 1], [outputs, weight.Axes[1]]);
    }

    /// <summary>ConvTranspose: weight [I, O/g, k…].</summary>
    public static void TransposedConvolution(FlowNode node)
    {
        var (input, weight) = (node.Take(0), Weight(node, 1));
        var groups = node.Integer("group", 1);
        var outputs = groups == 1 ? Ungrouped(node, input, weight, 0, 1) : GroupRules.Transposed(node, input, weight);
        outputs = WithBias(node, outputs);
        for (var k = 2; k < input.Rank; k++) node.Fix(input.Axes[k], "slides over it");
        Finish(node, [input.Axes[0], outputs, .. new int[]?[input.Rank - 2]], groups == 1 ? outputs : weight.Axes[1], weight.Axes[0]);
        node.Flow.AddProduct(
            [input.Shape[0], .. input.Shape.Skip(2), .. weight.Shape.Skip(2), weight.Axes[1] is null ? weight.Shape[1] : 1,
                weight.Axes[0] is null ? weight.Shape[0] : 1], [weight.Axes[1], weight.Axes[0]]);
    }

    private static int[]? Ungrouped(FlowNode node, FollowedTensor input, FollowedTensor weight, int inputs, int outputs)
    {
        JoinInputs(node, input, 1, weight, inputs);
        return weight.Axes[outputs];
    }

    /// <summary>Gemm: op(A)·op(B) + C.</summary>
    public static void Gemm(FlowNode node)
    {
        var (a, b) = (node.Take(0), node.Take(1));
        var (rows, inner) = node.Integer("transA", 0) == 0 ? (0, 1) : (1, 0);
        var (innerB, columns) = node.Integer("transB", 0) == 0 ? (0, 1) : (1, 0);
        Multiply(node, a, b, inner, innerB, [a.Axes[rows], b.Axes[columns]], (a.Axes[rows], b.Axes[columns]));
        if (node.Has(2)) JoinAddend(node, node.Take(2));
    }

    /// <summary>MatMul: matrices in the last two axes, the others are broadcast.</summary>
    public static void MatrixProduct(FlowNode node)
    {
        var (a, b) = (node.Take(0), node.Take(1));
        string[] unread = ["transA", "transB", "transBatchA", "transBatchB"];
        if (unread.Any(name => node.Integer(name, 0) != 0)) throw new NotFollowedException($"{node.Name} has transposed operands");
        if (a.Rank < 1 || b.Rank < 1) throw new NotFollowedException($"{node.Name} multiplies a number");
        var (innerB, rank) = (b.Rank == 1 ? 0 : b.Rank - 2, Math.Max(a.Rank, b.Rank));
        var batch = Enumerable.Range(0, Math.Max(0, rank - 2)).Select(k => Batch(node, a, b, rank - k)).ToList();
        var rows = a.Rank > 1 ? a.Axes[^2] : null;
        var columns = b.Rank > 1 ? b.Axes[^1] : null;
        var axes = new List<int[]?>(batch);
        if (a.Rank > 1) axes.Add(rows);
        if (b.Rank > 1) axes.Add(columns);
        Multiply(node, a, b, a.Rank - 1, innerB, axes, (rows, columns));
    }

    private static void Multiply(FlowNode node, FollowedTensor a, FollowedTensor b, int innerA, int innerB, List<int[]?> axes,
        (int[]? Rows, int[]? Columns) outer)
    {
        var isLayer = node.IsConstant(0) != node.IsConstant(1);
        if (!isLayer)
        {
            if (node.Join(a.Axes[innerA], b.Axes[innerB], "multiplies it with what is not followed") is { } labels)
                node.Flow.NotePaired(labels);
        }
        else if (node.IsConstant(1)) JoinInputs(node, a, innerA, b, innerB);
        else JoinInputs(node, b, innerB, a, innerA);
        node.Set(0, axes);
        var inner = a.Axes[innerA] ?? b.Axes[innerB];
        var shape = node.OutputShape();
        node.Flow.AddProduct([.. shape.Where((_, k) => axes[k] is null), inner is null ? a.Shape[innerA] : 1], [.. axes, inner]);
        if (node.IsConstant(1) && isLayer) node.Flow.AddLayer(new(node.PlainName, outer.Columns, b.Axes[innerB]));
        else if (isLayer) node.Flow.AddLayer(new(node.PlainName, outer.Rows, a.Axes[innerA]));
    }

    private static int[]? Batch(FlowNode node, FollowedTensor a, FollowedTensor b, int fromEnd)
    {
        var own = new[] { a, b }.Where(t => t.Rank >= fromEnd && t.Shape[^fromEnd] != 1).Select(t => t.Axes[^fromEnd]).ToList();
        return own.Count == 0 ? null : own.Count == 1 ? own[0] : node.Join(own[0], own[1], "multiplies matrices with it and without");
    }

    /// <summary>The third operand of Gemm, broadcast to the result.</summary>
    private static void JoinAddend(FlowNode node, FollowedTensor addend)
    {
        var result = node.Flow.Tensor(node.OutputName(0))!;
        for (var fromEnd = 1; fromEnd <= addend.Rank; fromEnd++)
            if (addend.Shape[^fromEnd] != 1) node.Join(addend.Axes[^fromEnd], result.Axes[^fromEnd], "adds to it");
    }

    /// <summary>An axis of a weight goes with the one that it reads.</summary>
    public static void JoinInputs(FlowNode node, FollowedTensor input, int axis, FollowedTensor weight, int weightAxis)
    {
        if (weight.Shape[weightAxis] == 1) return;
        var (read, own) = (input.Axes[axis], weight.Axes[weightAxis]);
        if (read is null) node.Flow.Labels.Fix(own, $"{node.Name} reads {input.Origin} along it");
        else node.Join(read, own, "reads it");
    }

    private static int[]? WithBias(FlowNode node, int[]? outputs)
        => node.Has(2) && outputs is not null ? node.Join(outputs, node.Take(2).Axes[0], "adds to it") : outputs;

    /// <summary>A weight that is stored.</summary>
    /// <exception cref="NotFollowedException">It is computed.</exception>
    public static FollowedTensor Weight(FlowNode node, int input)
    {
        if (!node.IsConstant(input)) throw new NotFollowedException($"{node.Name} has a weight that is computed");
        return node.Take(input);
    }

    private static void Finish(FlowNode node, int[]?[] axes, int[]? outputs, int[]? inputs)
    {
        node.Set(0, axes);
        node.Flow.AddLayer(new(node.PlainName, outputs, inputs));
    }
}
