using static GspMl.Onnx.Tests.Building.GraphBuilder;

namespace GspMl.Onnx.Tests.Shrinking.RandomNets;

/// <summary>What random nets are made of; a step that does not fit makes nothing.</summary>
internal static class RandomSteps
{
    public static readonly IReadOnlyList<Func<RandomNet, Picture, Picture?>> All =
    [
        (net, input) => net.Convolve(input, 3 + net.Next(8)),
        (net, input) => net.Same(input, net.Any("Relu", "Sigmoid", "Tanh", "HardSwish", "Softplus", "Identity")),
        Normalize, Grouped, Depthwise, Transposed, Residual, Added, Joined, Gated, Sliced, Parts, Gathered, Shuffled, Deeper, Wider, Tiled,
        Padded, Resized, Pooled, Expanded, Attended, AttendedAtOnce, Recurred, NormalizedInGroups,
    ];

    private static Picture? Normalize(RandomNet net, Picture input)
    {
        var name = net.Name("bn");
        net.Net.Weight($"{name}.g", input.Channels).Weight($"{name}.b", input.Channels).Weight($"{name}.m", input.Channels)
            .Positive($"{name}.v", input.Channels);
        return net.Same(input, "BatchNormalization", $"{name}.g", $"{name}.b", $"{name}.m", $"{name}.v");
    }

    private static Picture? Grouped(RandomNet net, Picture input)
    {
        var group = net.Any(2, 3, 4);
        return input.Channels % group != 0 ? null : net.Convolve(input, group * (1 + net.Next(4)), group);
    }

    private static Picture? Depthwise(RandomNet net, Picture input)
        => net.Convolve(input, input.Channels * net.Any(1, 2), input.Channels);

    private static Picture? Transposed(RandomNet net, Picture input)
    {
        var (name, group) = (net.Name("deconv"), net.Any(1, 1, 2));
        if (input.Channels % group != 0) return null;
        var each = 2 + net.Next(4);
        net.Net.Weight($"{name}.w", input.Channels, each, 2, 2).Weight($"{name}.b", each * group)
            .Node("ConvTranspose", [input.Name, $"{name}.w", $"{name}.b"], name, Attribute("strides", 2, 2),
                Attribute("group", (long)group));
        return new(name, each * group, input.Size * 2);
    }

    private static Picture? Residual(RandomNet net, Picture input)
    {
        var inner = net.Same(net.Convolve(input, 4 + net.Next(6)), "Relu");
        return net.Same(net.Convolve(inner, input.Channels), "Add", input.Name);
    }

    private static Picture? Added(RandomNet net, Picture input)
        => net.Other(input, other => other.Channels == input.Channels) is not { } other ? null
            : net.Same(input, net.Any("Add", "Mul"), other.Name);

    private static Picture? Joined(RandomNet net, Picture input)
    {
        if (net.Other(input, other => other.Channels + input.Channels < 20) is not { } other) return null;
        var name = net.Name("joined");
        net.Net.Node("Concat", [input.Name, other.Name], name, Attribute("axis", 1L));
        return new(name, input.Channels + other.Channels, input.Size);
    }

    private static Picture? Gated(RandomNet net, Picture input)
    {
        var pooled = net.Same(input, "GlobalAveragePool") with { Size = 1 };
        var gate = net.Same(net.Convolve(net.Same(net.Convolve(pooled, 4, kernel: 1), "Relu"), input.Channels, kernel: 1), "Sigmoid");
        return net.Same(input, "Mul", gate.Name);
    }

    private static Picture? Sliced(RandomNet net, Picture input)
    {
        var first = net.Next(input.Channels - 1);
        var last = first + 2 + net.Next(input.Channels - first - 1);
        var name = net.Name("slice");
        net.Net.Node("Slice", [input.Name, net.Integers(first), net.Integers(last), net.Integers(1)], name);
        return new(name, Math.Min(last, input.Channels) - first, input.Size);
    }

    private static Picture? Parts(RandomNet net, Picture input)
    {
        if (input.Channels < 4) return null;
        var first = 2 + net.Next(input.Channels - 3);
        var (a, b) = (net.Name("part"), net.Name("part"));
        net.Net.Parts(input.Name, net.Integers(first, input.Channels - first), [a, b]);
        return net.Same(net.Convolve(new(a, first, input.Size), input.Channels - first), "Add", b);
    }

    private static Picture? Gathered(RandomNet net, Picture input)
    {
        long[] order = [.. Enumerable.Range(0, input.Channels).Select(c => (long)c).OrderBy(_ => net.Next(1000))
            .Take(2 + net.Next(input.Channels - 1))];
        var name = net.Name("gather");
        net.Net.Node("Gather", [input.Name, net.Integers(order)], name, Attribute("axis", 1L));
        return new(name, order.Length, input.Size);
    }

    private static Picture? Shuffled(RandomNet net, Picture input)
    {
        var group = net.Any(2, 3, 4);
        if (input.Channels % group != 0) return null;
        var apart = net.Reshape(input.Name, 0, group, input.Channels / group, input.Size, input.Size);
        return input with { Name = net.Reshape(net.Transpose(apart, 0, 2, 1, 3, 4), 0, input.Channels, input.Size, input.Size) };
    }

    private static Picture? Deeper(RandomNet net, Picture input)
    {
        if (input.Size % 2 != 0) return null;
        var name = net.Name("deeper");
        net.Net.Node("SpaceToDepth", [input.Name], name, Attribute("blocksize", 2L));
        return new(name, input.Channels * 4, input.Size / 2);
    }

    private static Picture? Wider(RandomNet net, Picture input)
    {
        if (input.Channels % 4 != 0 || input.Size > 6) return null;
        var (name, mode) = (net.Name("wider"), net.Any("DCR", "CRD"));
        net.Net.Node("DepthToSpace", [input.Name], name, Attribute("blocksize", 2L), Attribute("mode", mode));
        return new(name, input.Channels / 4, input.Size * 2);
    }

    private static Picture? Tiled(RandomNet net, Picture input)
        => net.Same(input, "Tile", net.Integers(1, 2, 1, 1)) with { Channels = 2 * input.Channels };

    private static Picture? Padded(RandomNet net, Picture input)
    {
        var (before, after) = (net.Next(2), net.Next(3));
        return net.Same(input, "Pad", net.Integers(0, before, 0, 0, 0, after, 0, 0)) with { Channels = input.Channels + before + after };
    }

    private static Picture? Resized(RandomNet net, Picture input)
    {
        var scales = net.Name("scales");
        net.Net.Constant(scales, [1, 1, 2, 2], 4);
        return net.Same(input, "Resize", "", scales) with { Size = 2 * input.Size };
    }

    private static Picture? Pooled(RandomNet net, Picture input)
    {
        if (input.Size < 4) return null;
        var name = net.Name("pool");
        net.Net.Node(net.Any("MaxPool", "AveragePool"), [input.Name], name, Attribute("kernel_shape", 2, 2), Attribute("strides", 2, 2));
        return new(name, input.Channels, input.Size / 2);
    }

    private static Picture? Expanded(RandomNet net, Picture input)
        => net.Same(net.Same(input, "GlobalMaxPool"), "Expand", net.Integers(1, 1, input.Size, input.Size)) with { Size = input.Size };

    /// <summary>The same in one node.</summary>
    private static Picture? AttendedAtOnce(RandomNet net, Picture input)
    {
        var (length, heads, features, to) = (input.Size * input.Size, net.Any(2, 3), net.Any(2, 3, 4), 3 + net.Next(6));
        var (rows, width) = (net.Transpose(net.Reshape(input.Name, 0, input.Channels, length), 0, 2, 1), heads * features);
        var attended = net.Name("attended");
        if (net.Next(2) == 0)
        {
            var weight = net.Name("w");
            net.Net.Weight(weight, input.Channels, 3 * width).Weight($"{weight}.b", 3 * width)
                .Node("Attention", [rows, weight, $"{weight}.b"], [attended], "com.microsoft", Attribute("num_heads", (long)heads));
        }
        else
        {
            string[] read = [.. new[] { "q", "k", "v" }.Select(kind => net.Multiply(rows, net.Name(kind), input.Channels, width))];
            net.Net.Node("MultiHeadAttention", read, [attended], "com.microsoft", Attribute("num_heads", (long)heads),
                Attribute("scale", net.Any(0f, 0.5f)));
        }
        var written = net.Transpose(net.Multiply(attended, net.Name("o"), width, to), 0, 2, 1);
        return new(net.Reshape(written, 0, to, input.Size, input.Size), to, input.Size);
    }

    /// <summary>A recurrent layer along a picture's positions.</summary>
    private static Picture? Recurred(RandomNet net, Picture input)
    {
        var (length, units, name) = (input.Size * input.Size, 3 + net.Next(6), net.Name("recurrent"));
        var (op, gates) = net.Any(("LSTM", 4), ("GRU", 3), ("RNN", 1));
        var steps = net.Transpose(net.Reshape(input.Name, 0, input.Channels, length), 2, 0, 1);
        net.Net.Weight($"{name}.w", 1, gates * units, input.Channels).Weight($"{name}.r", 1, gates * units, units)
            .Node(op, [steps, $"{name}.w", $"{name}.r"], name, Attribute("hidden_size", (long)units))
            .Node("Squeeze", [name, net.Integers(1)], $"{name}.s");
        return new(net.Reshape(net.Transpose($"{name}.s", 1, 2, 0), 0, units, input.Size, input.Size), units, input.Size);
    }

    private static Picture? NormalizedInGroups(RandomNet net, Picture input)
    {
        var group = net.Any(2, 3, 4);
        if (input.Channels % group != 0 || input.Channels == group) return null;
        var name = net.Name("gn");
        net.Net.Weight($"{name}.g", group).Weight($"{name}.b", group).Node("InstanceNormalization",
            [net.Reshape(input.Name, 0, group, -1), $"{name}.g", $"{name}.b"], name);
        return input with { Name = net.Reshape(name, 0, input.Channels, input.Size, input.Size) };
    }

    /// <summary>Attention of a picture's positions to each other, in heads.</summary>
    private static Picture? Attended(RandomNet net, Picture input)
    {
        var (length, heads, features, to) = (input.Size * input.Size, net.Any(2, 3), net.Any(2, 3, 4), 3 + net.Next(6));
        var rows = net.Transpose(net.Reshape(input.Name, 0, input.Channels, length), 0, 2, 1);
        string Heads(string kind, params long[] order)
            => net.Transpose(net.Reshape(net.Multiply(rows, net.Name(kind), input.Channels, heads * features), 0, length, heads, features),
                order);
        var (queries, keys, values) = (Heads("q", 0, 2, 1, 3), Heads("k", 0, 2, 3, 1), Heads("v", 0, 2, 1, 3));
        var (logits, weights, mixed) = (net.Name("qk"), net.Name("p"), net.Name("pv"));
        net.Net.Node("MatMul", [queries, keys], logits).Node("Softmax", [logits], weights, Attribute("axis", -1L))
            .Node("MatMul", [weights, values], mixed);
        var merged = net.Reshape(net.Transpose(mixed, 0, 2, 1, 3), 0, length, heads * features);
        var written = net.Transpose(net.Multiply(merged, net.Name("o"), heads * features, to), 0, 2, 1);
        return new(net.Reshape(written, 0, to, input.Size, input.Size), to, input.Size);
    }
}
