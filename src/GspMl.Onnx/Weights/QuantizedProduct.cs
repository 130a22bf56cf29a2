using GspMl.Onnx.Models;
using GspMl.Onnx.Operators;
using GspMl.Onnx.Proto;

namespace GspMl.Onnx.Weights;

/// <summary>What the operands of a product of quantized numbers say of its weight.</summary>
internal static class QuantizedProduct
{
    /// <summary>How the weight's bytes stand for numbers: by scale and zero point of the tensor, or of each output.</summary>
    /// <param name="node">The product.</param>
    /// <param name="kind">Its kind.</param>
    /// <param name="operands">Where scale and zero point are.</param>
    /// <param name="weight">The weight.</param>
    /// <param name="view">The weight's axes.</param>
    /// <param name="scope">Knows the other operands.</param>
    /// <exception cref="InvalidDataException">They are not stored in the model, or do not fit the weight.</exception>
    public static Dequantization Dequantization(NodeProto node, ProductKind kind, QuantizedOperands operands, TensorConstant weight,
        WeightView view, Scope scope)
    {
        if (weight.Dequantization is not null) throw new InvalidDataException("it is no integer any more");
        var scales = operands.Scale is { } scale ? Operand(node, scale, scope) ?? throw new InvalidDataException("it has no scale") : null;
        var zeroPoints = Operand(node, operands.ZeroPoint, scope);
        if (scales is not null && !ElementFormat.IsFloatingPoint(scales.Tensor.ElementType))
            throw new InvalidDataException($"its scale is of type {scales.Tensor.ElementType}");
        if (zeroPoints is not null && zeroPoints.Tensor.ElementType != weight.Tensor.ElementType)
            throw new InvalidDataException($"its zero point is of type {zeroPoints.Tensor.ElementType}");
        var axis = Outputs(kind, weight, view);
        var isWhole = IsOne(scales) && IsOne(zeroPoints);
        if (!isWhole && !(IsOneEach(scales, axis) && IsOneEach(zeroPoints, axis)))
            throw new InvalidDataException("it has other scales or zero points than one for each output");
        return new(scales, zeroPoints, isWhole ? Axis.Whole : axis!.Value);
    }

    private static bool IsOne(TensorConstant? steps) => steps is null || steps.View.Count == 1;

    private static bool IsOneEach(TensorConstant? steps, Axis? axis)
        => IsOne(steps) || (steps!.View.Rank == 1 && steps.View.Count == axis?.Extent);

    /// <summary>The axis of the stored tensor along which outputs lie; groups of a convolution are one after the other on it.</summary>
    private static Axis? Outputs(ProductKind kind, TensorConstant weight, WeightView view)
        => kind == ProductKind.Convolution ? weight.View.Axes[0]
            : view.Axes.Where(axis => axis.Role == AxisRole.Output).Select(axis => (Axis?)new Axis(axis.Extent, axis.Stride))
                .SingleOrDefault();

    private static TensorConstant? Operand(NodeProto node, int operand, Scope scope)
    {
        if (node.Input.Count <= operand || node.Input[operand].Length == 0) return null;
        return scope.Resolve(node.Input[operand]) as TensorConstant
            ?? throw new InvalidDataException($"'{node.Input[operand]}', which tells how it is quantized, is not stored in the model");
    }
}
