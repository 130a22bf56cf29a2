using GspMl.Onnx.Proto;
using GspMl.Onnx.Tests.Building;
using static GspMl.Onnx.Tests.Building.GraphBuilder;

namespace GspMl.Onnx.Tests.Shrinking;

/// <summary>Builds small nets whose channels a test follows.</summary>
internal sealed class SmallNet(int opset = 17)
{
    private int seed = 10;

    public GraphBuilder Builder { get; } = new(opset);

    /// <summary>A weight of random values.</summary>
    public SmallNet Weight(string name, params long[] shape)
    {
        Builder.Initializer(Floats(name, Random((int)shape.Aggregate(1L, (product, extent) => product * extent), seed++), shape));
        return this;
    }

    /// <summary>Positive values: variances.</summary>
    public SmallNet Positive(string name, params long[] shape)
    {
        Builder.Initializer(Floats(name, [.. Random((int)shape[0], seed++).Select(v => Math.Abs(v) + 0.1f)], shape));
        return this;
    }

    /// <summary>A 3×3 convolution that keeps the size of the picture, with a bias.</summary>
    public SmallNet Conv(string name, string input, int from, int to, int kernel = 3, int group = 1)
    {
        Weight($"{name}.w", to, from / group, kernel, kernel).Weight($"{name}.b", to);
        return Node("Conv", [input, $"{name}.w", $"{name}.b"], name, Attribute("pads", kernel / 2, kernel / 2, kernel / 2, kernel / 2),
            Attribute("group", (long)group));
    }

    /// <summary>Gemm with the weight as [outputs, inputs].</summary>
    public SmallNet Linear(string name, string input, int from, int to)
    {
        Weight($"{name}.w", to, from).Weight($"{name}.b", to);
        return Node("Gemm", [input, $"{name}.w", $"{name}.b"], name, Attribute("transB", 1));
    }

    public SmallNet Constant(string name, float[] values, params long[] shape)
    {
        Builder.Initializer(Floats(name, values, shape));
        return this;
    }

    public SmallNet Integers(string name, params long[] values)
    {
        Builder.Initializer(GraphBuilder.Integers(name, values));
        return this;
    }

    public SmallNet Node(string op, string[] inputs, string output, params AttributeProto[] attributes)
    {
        Builder.Node(op, inputs, [output], attributes);
        return this;
    }

    /// <summary>A node with several outputs, or of ONNX Runtime's own operators.</summary>
    public SmallNet Node(string op, string[] inputs, string[] outputs, string domain, params AttributeProto[] attributes)
    {
        Builder.Node(op, inputs, outputs, attributes);
        Builder.Graph.Node[^1].Domain = domain;
        if (domain.Length > 0 && Builder.Model.OpsetImport.All(opset => opset.Domain != domain))
            Builder.Model.OpsetImport.Add(new OperatorSetIdProto { Domain = domain, Version = 1 });
        return this;
    }

    /// <summary>Queries, keys and values of a sequence [n, 5, 6], by weights of these names.</summary>
    public SmallNet Projected(int queries, int keys, int values)
        => Sequence(5, 6).Weight("q", 6, queries).Weight("k", 6, keys).Weight("v", 6, values)
            .Node("MatMul", ["x", "q"], "xq").Node("MatMul", ["x", "k"], "xk").Node("MatMul", ["x", "v"], "xv");

    /// <summary>Attention of the tensors xq, xk and xv in heads; the result is 'merged'.</summary>
    public SmallNet HeadsOf(int heads, int features)
    {
        foreach (var kind in new[] { "q", "k", "v" })
        {
            Integers($"{kind}s", 0, 5, heads, features);
            long[] order = kind == "k" ? [0, 2, 3, 1] : [0, 2, 1, 3];
            Node("Reshape", [$"x{kind}", $"{kind}s"], $"{kind}4")
                .Node("Transpose", [$"{kind}4"], $"{kind}t", Building.GraphBuilder.Attribute("perm", order));
        }
        return Node("MatMul", ["qt", "kt"], "qk").Node("Softmax", ["qk"], "p", Building.GraphBuilder.Attribute("axis", 3L))
            .Node("MatMul", ["p", "vt"], "pv").Node("Transpose", ["pv"], "pt", Building.GraphBuilder.Attribute("perm", 0, 2, 1, 3))
            .Integers("os", 0, 5, heads * features).Node("Reshape", ["pt", "os"], "merged");
    }

    /// <summary>A stored whole number.</summary>
    public SmallNet Scalar(string name, long value)
    {
        var tensor = GraphBuilder.Integers(name, value);
        tensor.Dims.Clear();
        Builder.Initializer(tensor);
        return this;
    }

    /// <summary>Ends with a product of what is attended to.</summary>
    public SmallNet Written(string input, int features)
        => Weight("o", features, 4).Node("MatMul", [input, "o"], "y").Output("y", "n", 5, 4);

    /// <summary>A recurrent layer over a sequence [n, 3, 6] whose first axis is time.</summary>
    public SmallNet Recurrent(string op, int gates, int units, string[] further, string[] outputs, string direction = "forward")
    {
        var directions = direction == "bidirectional" ? 2 : 1;
        Sequence(3, 6).Weight("w", directions, gates * units, 6).Weight("r", directions, gates * units, units)
            .Weight("b", directions, 2 * gates * units);
        return Node(op, ["x", "w", "r", "b", .. further], outputs, "", Building.GraphBuilder.Attribute("hidden_size", (long)units),
            Building.GraphBuilder.Attribute("direction", direction));
    }

    public SmallNet Picture(int channels = 3, int size = 6)
    {
        Builder.Input("x", "n", channels, size, size);
        return this;
    }

    public SmallNet Parts(string input, string sizes, string[] outputs)
    {
        Builder.Node("Split", [input, sizes], outputs, Building.GraphBuilder.Attribute("axis", 1L));
        return this;
    }

    public SmallNet Sequence(int channels, int length)
    {
        Builder.Input("x", "n", channels, length);
        return this;
    }

    public SmallNet Rows(int features)
    {
        Builder.Input("x", "n", features);
        return this;
    }

    /// <summary>Ends with a mean over the picture and a layer of three classes.</summary>
    public SmallNet Classify(string input, int channels)
        => Node("GlobalAveragePool", [input], "pooled").Node("Flatten", ["pooled"], "flat").Linear("head", "flat", channels, 3)
            .Output("head", "n", 3);

    public SmallNet Output(string name, params object[] shape)
    {
        Builder.Output(name, shape);
        return this;
    }
}
