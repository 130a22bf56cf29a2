using GspMl.Onnx.Operators;
using GspMl.Onnx.Proto;

namespace GspMl.Onnx.Weights;

/// <summary>What the axes of the weights of a product stand for.</summary>
internal static class WeightOperators
{
    /// <summary>Reads the attributes of a node: name → attribute, or null where absent.</summary>
    public delegate AttributeProto? Attributes(string name);

    /// <summary>The roles of the operand's axes.</summary>
    /// <exception cref="InvalidDataException">The operand's shape does not fit the operator.</exception>
    public static WeightView View(Operator op, int index, TensorView operand, Attributes attributes) => op.Product!.Kind switch
    {
        ProductKind.Convolution => Convolution(operand, Integer(attributes, "group", 1), outputsFirst: true),
        ProductKind.TransposedConvolution => Convolution(operand, Integer(attributes, "group", 1), outputsFirst: false),
        ProductKind.Gemm => Matrix(op, operand, OutputsFirst(index, attributes), exactRank: true),
        ProductKind.MatMul => Matrix(op, operand, OutputsFirst(index, attributes), exactRank: false),
        _ => Recurrent(op, operand),
    };

    /// <summary>Conv: [O, I/g, k…], Conv's filters of group 0 first. ConvTranspose: [I, O/g, k…], inputs of group 0 first.</summary>
    private static WeightView Convolution(TensorView operand, long groups, bool outputsFirst)
    {
        if (operand.Rank < 3) throw new InvalidDataException($"a convolution's weight has {operand.Rank} axes");
        var first = operand.Axes[0];
        if (groups < 1 || first.Extent % groups != 0)
            throw new InvalidDataException($"its first axis, {first.Extent}, is no multiple of group = {groups}");
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
        if (Array.Find(unread, name => Integer(attributes, name, 0) != 0) is { } name)
            throw new InvalidDataException($"its batches are transposed by {name}");
        return index == 0 ? Integer(attributes, "transA", 0) == 0 : Integer(attributes, "transB", 0) != 0;
    }

    /// <summary>A matrix, [outputs, inputs] or [inputs, outputs], with batch axes before it; a vector is inputs alone.</summary>
    private static WeightView Matrix(Operator op, TensorView operand, bool outputsFirst, bool exactRank)
    {
        if (operand.Rank < 1 || (exactRank && operand.Rank != 2))
            throw new InvalidDataException($"{op.Standard} has an operand with {operand.Rank} axes");
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
    private static WeightView Recurrent(Operator op, TensorView operand)
    {
        if (operand.Rank != 3) throw new InvalidDataException($"{op.Standard} has a weight with {operand.Rank} axes");
        AxisRole[] roles = [AxisRole.Group, AxisRole.Output, AxisRole.Input];
        return new([.. operand.Axes.Zip(roles, (axis, role) => new WeightAxis(role, axis.Extent, axis.Stride))]);
    }

    private static long Integer(Attributes attributes, string name, long otherwise)
        => attributes(name) is { } attribute ? attribute.I : otherwise;
}
