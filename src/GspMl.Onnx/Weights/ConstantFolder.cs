using System.Runtime.InteropServices;
using GspMl.Onnx.Models;
using GspMl.Onnx.Operators;
using GspMl.Onnx.Proto;

namespace GspMl.Onnx.Weights;

/// <summary>The nodes that only hand a constant on: what comes out is the same stored tensor, seen differently.</summary>
internal sealed class ConstantFolder(TensorIndex index)
{
    /// <summary>A stored tensor as it is.</summary>
    public TensorConstant Tensor(TensorProto tensor) => new(index[tensor], TensorView.Of([.. tensor.Dims]));

    /// <summary>The constant that the node's first output is, or null where it is none that can be followed.</summary>
    public Constant? Fold(NodeProto node, Scope scope)
    {
        if (node.Output.Count == 0) return null;
        if (OperatorTable.Of(node)?.Constants is not { } kind) return null;
        if (kind == ConstantFlowKind.Stored) return FoldConstant(node, scope);
        if (node.Input.Count == 0 || scope.Resolve(node.Input[0]) is not TensorConstant source) return null;
        return kind switch
        {
            ConstantFlowKind.Same => source,
            ConstantFlowKind.Cast => IsFloatingPointCast(node, scope) ? source : null,
            ConstantFlowKind.Transposition => Transpose(source, scope.Attribute(node, "perm")),
            ConstantFlowKind.Reshaping => Reshape(source, node, scope),
            ConstantFlowKind.Dequantization => Dequantize(source, node, scope),
            _ => null,
        };
    }

    private Constant? FoldConstant(NodeProto node, Scope scope)
    {
        if (scope.Attribute(node, "value") is { T: { } tensor }) return Tensor(tensor);
        if (scope.Attribute(node, "value_ints") is { } integers) return new IntegersConstant([.. integers.Ints]);
        return null;
    }

    private static bool IsFloatingPointCast(NodeProto node, Scope scope)
        => ElementFormat.IsFloatingPoint((TensorElementType)(scope.Attribute(node, "to")?.I ?? 0));

    private static TensorConstant? Transpose(TensorConstant source, AttributeProto? permutation)
    {
        var axes = Enumerable.Range(0, source.View.Rank).Select(i => (long)i);
        long[] order = [.. permutation is { Ints.Count: > 0 } ? permutation.Ints : axes.Reverse()];
        return order.Order().SequenceEqual(axes) ? source with { View = source.View.Transpose(order) } : null;
    }

    private static TensorConstant? Reshape(TensorConstant source, NodeProto node, Scope scope)
    {
        if (node.Input.Count < 2 || Integers(scope.Resolve(node.Input[1])) is not { } shape) return null;
        var copyZeros = (scope.Attribute(node, "allowzero")?.I ?? 0) == 0;
        var extents = shape.Select((extent, i) => extent == 0 && copyZeros && i < source.View.Rank ? source.View.Axes[i].Extent : extent)
            .ToArray();
        var open = Array.IndexOf(extents, -1);
        if (open >= 0)
        {
            var known = extents.Where(extent => extent != -1).Aggregate(1L, (product, extent) => product * extent);
            extents[open] = known > 0 ? source.View.Count / known : 0;
        }
        return source.View.Reshape(extents) is { } view ? source with { View = view } : null;
    }

    /// <summary>Per tensor or per axis; not in blocks (opset 21), where a step of the axis has several scales.</summary>
    private static TensorConstant? Dequantize(TensorConstant source, NodeProto node, Scope scope)
    {
        if (source.Dequantization is not null || node.Input.Count < 2 || scope.Resolve(node.Input[1]) is not TensorConstant scales)
            return null;
        var zeroPoints = node.Input.Count > 2 && node.Input[2].Length > 0 ? scope.Resolve(node.Input[2]) as TensorConstant : null;
        if (node.Input.Count > 2 && node.Input[2].Length > 0 && zeroPoints is null) return null;
        if ((scope.Attribute(node, "block_size")?.I ?? 0) != 0 || scales.View.Rank > 1
            || !ElementFormat.IsFloatingPoint(scales.Tensor.ElementType)) return null;
        if (zeroPoints is not null
            && (zeroPoints.View.Count != scales.View.Count || zeroPoints.Tensor.ElementType != source.Tensor.ElementType)) return null;
        if (scales.View.Count == 1) return source with { Dequantization = new(scales, zeroPoints, Axis.Whole) };
        var axis = (scope.Attribute(node, "axis")?.I ?? 1) is var a && a < 0 ? a + source.View.Rank : a;
        if (axis < 0 || axis >= source.View.Rank || source.View.Axes[(int)axis].Extent != scales.View.Count) return null;
        return source with { Dequantization = new(scales, zeroPoints, source.View.Axes[(int)axis]) };
    }

    private static long[]? Integers(Constant? constant) => constant switch
    {
        IntegersConstant { Values: var values } => [.. values],
        TensorConstant { Tensor.Proto: { DataType: (int)TensorProto.Types.DataType.Int64 } tensor } => tensor.HasRawData
            ? MemoryMarshal.Cast<byte, long>(tensor.RawData.Span).ToArray()
            : [.. tensor.Int64Data],
        _ => null,
    };
}
