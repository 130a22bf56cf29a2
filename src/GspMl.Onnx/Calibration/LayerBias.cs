using GspMl.Onnx.Operators;
using GspMl.Onnx.Proto;

namespace GspMl.Onnx.Calibration;

/// <summary>
/// A stored vector that can take up a constant shift of a layer's outputs, and that nothing else reads: the layer's own
/// bias, the constant of an Add behind it, or the mean of a BatchNormalization behind it.
/// </summary>
/// <param name="Name">What the graph calls it.</param>
/// <param name="Tensor">The vector, one entry for each filter.</param>
/// <param name="Kind">Which of the three.</param>
/// <param name="Gain">What is behind multiplies each output by: γ/σ of the BatchNormalization, 1 for the others.</param>
internal sealed record LayerBias(string Name, TensorProto Tensor, LayerBiasKind Kind, IReadOnlyList<double> Gain)
{
    /// <summary>The vector of a layer, or null where none can be changed without touching something else.</summary>
    public static LayerBias? Of(WorkingModel model, NodeProto node, PrunableWeight weight)
    {
        var filters = (int)(weight.View.Extent(Weights.AxisRole.Group) * weight.View.Extent(Weights.AxisRole.Output));
        var product = weight.Use.Operator.Product!;
        if (product.Bias is { } bias && node.Input.Count > bias && node.Input[bias].Length > 0)
            return Scale(node, "beta") == 1 ? Vector(model, node.Input[bias], filters, LayerBiasKind.Own) : null;
        if (model.Outputs.Contains(node.Output[0]) || model.Readers(node.Output[0]).ToList() is not [var reader]) return null;
        var next = model.Nodes[reader];
        return OperatorTable.Of(next) switch
        {
            { Normalization: { } normalization } when next.Input[0] == node.Output[0]
                => OfNormalization(model, next, normalization, filters),
            { Elementwise: ElementwiseKind.Sum } when product.Kind != ProductKind.Convolution
            => Vector(model, next.Input[next.Input[0] == node.Output[0] ? 1 : 0], filters, LayerBiasKind.Added),
            _ => null,
        };
    }

    /// <summary>
    /// The vector's new entries, if the layer puts out y = W·x + <paramref name="intercepts"/> where it put out y = W⁰·x⁰ (+ its own bias).
    /// </summary>
    public double[] Updated(ReadOnlySpan<double> before, ReadOnlySpan<double> intercepts)
    {
        var values = new double[before.Length];
        for (var r = 0; r < values.Length; r++)
            values[r] = Kind switch
            {
                LayerBiasKind.Own => intercepts[r],
                LayerBiasKind.Added => before[r] + intercepts[r],
                _ => before[r] - intercepts[r],
            };
        return values;
    }

    private static LayerBias? OfNormalization(WorkingModel model, NodeProto node, NormalizationOperands operands, int filters)
    {
        if (Vector(model, node.Input[operands.Mean], filters, LayerBiasKind.NormalizationMean) is not { } mean) return null;
        return NormalizationGain.Of(model, node, operands) is { } gain ? mean with { Gain = gain } : mean;
    }

    private static LayerBias? Vector(WorkingModel model, string name, int filters, LayerBiasKind kind)
    {
        if (model.Stored(name) is not { } tensor || model.Readers(name).Count() != 1) return null;
        var isVector = tensor.Dims.Count > 0 && tensor.Dims[^1] == filters
            && tensor.Dims.Aggregate(1L, (product, extent) => product * extent) == filters;
        var isFloat = Models.ElementFormat.IsFloatingPoint((TensorElementType)tensor.DataType);
        return isVector && isFloat ? new(name, tensor, kind, [.. Enumerable.Repeat(1.0, filters)]) : null;
    }

    private static float Scale(NodeProto node, string name) => node.Attribute.FirstOrDefault(a => a.Name == name)?.F ?? 1;
}

/// <summary>What a <see cref="LayerBias"/> is.</summary>
internal enum LayerBiasKind
{
    /// <summary>The bias operand of Conv or Gemm.</summary>
    Own,

    /// <summary>The constant of an Add that alone reads the layer's output.</summary>
    Added,

    /// <summary>The mean of a BatchNormalization that alone reads the layer's output.</summary>
    NormalizationMean,
}
