using GspMl.Onnx.Proto;

namespace GspMl.Onnx.Operators;

/// <summary>The nodes that layers with column sets are rewritten to. All are in ONNX since opset 7.</summary>
internal static class ColumnNodes
{
    /// <summary>The entries of an axis at constant indices.</summary>
    public static NodeProto Gather(string data, string indices, string output, int axis)
        => Node("Gather", [data, indices], output, Integer("axis", axis));

    /// <summary>Axes in another order.</summary>
    public static NodeProto Transpose(string data, string output, params long[] order)
        => Node("Transpose", [data], output, Integers("perm", order));

    /// <summary>The same elements under another shape.</summary>
    public static NodeProto Reshape(string data, string shape, string output) => Node("Reshape", [data, shape], output);

    /// <summary>The extents of a tensor.</summary>
    public static NodeProto Shape(string data, string output) => Node("Shape", [data], output);

    /// <summary>Vectors one after the other.</summary>
    public static NodeProto Concatenation(string[] parts, string output) => Node("Concat", parts, output, Integer("axis", 0));

    /// <summary>The product of matrices in the last two axes.</summary>
    public static NodeProto Product(string left, string right, string output) => Node("MatMul", [left, right], output);

    /// <summary>The sum of two operands.</summary>
    public static NodeProto Sum(string left, string right, string output) => Node("Add", [left, right], output);

    /// <summary>A convolution of windows of one position.</summary>
    public static NodeProto Pointwise(string data, string weight, string? bias, string output, int groups)
        => Node("Conv", bias is null ? [data, weight] : [data, weight, bias], output, Integer("group", groups));

    /// <summary>A convolution with other operands and another number of groups, all else as it was.</summary>
    public static NodeProto Regrouped(NodeProto convolution, string data, string weight, string output, int groups)
    {
        var node = convolution.Clone();
        (node.Input[0], node.Input[1], node.Output[0]) = (data, weight, output);
        if (node.Attribute.FirstOrDefault(attribute => attribute.Name == "group") is { } group) group.I = groups;
        else node.Attribute.Add(Integer("group", groups));
        return node;
    }

    /// <summary>A node with other operands and results, all else as it was.</summary>
    public static NodeProto Renamed(NodeProto source, Func<string, string> operand, Func<string, string> result)
    {
        var node = source.Clone();
        for (var i = 0; i < node.Input.Count; i++) if (node.Input[i].Length > 0) node.Input[i] = operand(node.Input[i]);
        for (var i = 0; i < node.Output.Count; i++) node.Output[i] = result(node.Output[i]);
        return node;
    }

    /// <summary>The tensor of channels that a node picks, for every block its own; null for another node.</summary>
    public static string? ChannelsOf(NodeProto node) => node is { OpType: "Gather", Input.Count: 2 } ? node.Input[1] : null;

    /// <summary>Whether a node puts axes in another order.</summary>
    public static bool IsTranspose(NodeProto node) => node.OpType == "Transpose";

    /// <summary>The number of groups of a convolution.</summary>
    public static long Groups(NodeProto convolution)
        => convolution.Attribute.FirstOrDefault(attribute => attribute.Name == "group")?.I ?? 1;

    private static NodeProto Node(string name, string[] inputs, string output, params AttributeProto[] attributes)
    {
        var node = new NodeProto { OpType = name, Name = output };
        node.Input.AddRange(inputs);
        node.Output.Add(output);
        node.Attribute.AddRange(attributes);
        return node;
    }

    private static AttributeProto Integer(string name, long value)
        => new() { Name = name, I = value, Type = AttributeProto.Types.AttributeType.Int };

    private static AttributeProto Integers(string name, long[] values)
    {
        var attribute = new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Ints };
        attribute.Ints.AddRange(values);
        return attribute;
    }
}
