using GspMl.Onnx.Proto;

namespace GspMl.Onnx.Weights;

/// <summary>The operators whose constant operands are weights, and what the axes of those operands stand for (ONNX operators, opset 22).</summary>
internal static class WeightOperators
{
    /// <summary>Reads the attributes of a node: name → attribute, or null where absent.</summary>
    public delegate AttributeProto? Attributes(string name);

    /// <summary>
    /// The operator that a node's weights are those of; null for an operator of a domain that is not known. ONNX Runtime writes
    /// fused forms, of its domain com.microsoft, when it saves a model that it has optimised.
    /// </summary>
    public static string? Standard(string domain, string op) => (domain, op) switch
    {
        ("", _) => op,
        ("com.microsoft", "FusedConv") => "Conv",
        ("com.microsoft", "FusedGemm") => "Gemm",
        ("com.microsoft", "FusedMatMul") => "MatMul",
        _ => null,
    };

    /// <summary>Whether operand <paramref name="index"/> of the operator can be a weight.</summary>
    public static bool IsWeight(string op, int index) => (op, index) switch
    {
        ("Conv" or "ConvTranspose", 1) => true,
        ("Gemm" or "MatMul", 0 or 1) => true,
        ("LSTM" or "GRU" or "RNN", 1 or 2) => true,
        _ => false,
    };

    /// <summary>The roles of the operand's axes.</summary>
    /// <exception cref="InvalidDataException">The operand's shape does not fit the operator.</exception>
    public static WeightView View(string op, int index, TensorView operand, Attributes attributes) => op switch
    {
        "Conv" => Convolution(operand, Integer(attributes, "group", 1), outputsFirst: true),
        "ConvTranspose" => Convolution(operand, Integer(attributes, "group", 1), outputsFirst: false),
        "Gemm" => Matrix(op, operand, OutputsFirst(index, attributes), exactRank: true),
        "MatMul" => Matrix(op, operand, OutputsFirst(index, attributes), exactRank: false),
        _ => Recurrent(op, operand),
    };

    /// <summary>Conv: [O, I/g, k…], Conv's filters of group 0 first. ConvTranspose: [I, O/g, k…], inputs of group 0 first.</summary>
    private static WeightView Convolution(TensorView operand, long groups, bool outputsFirst)
    {
        if (operand.Rank < 3) throw new InvalidDataException($"a convolution's weight has {operand.Rank} axes");
        var first = operand.Axes[0];
        if (groups < 1 || first.Extent % groups != 0) throw new InvalidDataException($"its first axis, {first.Extent}, is no multiple of group = {groups}");
        var perGroup = first.Extent / groups;
        var (outer, inner) = outputsFirst ? (AxisRole.Output, AxisRole.Input) : (AxisRole.Input, AxisRole.Output);
        return new(
        [
            new(AxisRole.Group, groups, first.Stride * perGroup),
            new(outer, perGroup, first.Stride),
            new(inner, operand.Axes[1].Extent, operand.Axes[1].Stride),
            .. operand.Axes.Skip(2).Select(k => new WeightAxis(AxisRole.Kernel, k.Extent, k.Stride)),
        ]);
    }

    /// <summary>Whether a factor of a product is [outputs, inputs]; MatMul itself has none of the attributes.</summary>
    private static bool OutputsFirst(int index, Attributes attributes)
    {
        string[] unread = ["transBatchA", "transBatchB"];
        if (Array.Find(unread, name => Integer(attributes, name, 0) != 0) is { } name) throw new InvalidDataException($"its batches are transposed by {name}");
        return index == 0 ? Integer(attributes, "transA", 0) == 0 : Integer(attributes, "transB", 0) != 0;
    }

    /// <summary>A matrix, [outputs, inputs] or [inputs, outputs], with batch axes before it; a vector is inputs alone.</summary>
    private static WeightView Matrix(string op, TensorView operand, bool outputsFirst, bool exactRank)
    {
        if (operand.Rank < 1 || (exactRank && operand.Rank != 2)) throw new InvalidDataException($"{op} has an operand with {operand.Rank} axes");
        if (operand.Rank == 1) return new([new(AxisRole.Input, operand.Axes[0].Extent, operand.Axes[0].Stride)]);
        var (first, second) = outputsFirst ? (AxisRole.Output, AxisRole.Input) : (AxisRole.Input, AxisRole.Output);
        return new(
        [
            .. operand.Axes.SkipLast(2).Select(b => new WeightAxis(AxisRole.Group, b.Extent, b.Stride)),
            new(first, operand.Axes[^2].Extent, operand.Axes[^2].Stride),
            new(second, operand.Axes[^1].Extent, operand.Axes[^1].Stride),
        ]);
    }

    /// <summary>W and R: [directions, gates × hidden, inputs].</summary>
    private static WeightView Recurrent(string op, TensorView operand)
    {
        if (operand.Rank != 3) throw new InvalidDataException($"{op} has a weight with {operand.Rank} axes");
        AxisRole[] roles = [AxisRole.Group, AxisRole.Output, AxisRole.Input];
        return new([.. operand.Axes.Zip(roles, (axis, role) => new WeightAxis(role, axis.Extent, axis.Stride))]);
    }

    private static long Integer(Attributes attributes, string name, long otherwise) => attributes(name) is { } attribute ? attribute.I : otherwise;
}
