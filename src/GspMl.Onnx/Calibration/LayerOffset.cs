using GspMl.Onnx.Proto;
using GspMl.Onnx.Weights;

namespace GspMl.Onnx.Calibration;

/// <summary>
/// A layer's bias operand where it is no <see cref="LayerBias"/>: several nodes share it, or it is scaled, or a single number.
/// </summary>
/// <param name="Values">One for each filter; null where the layer has no bias operand.</param>
/// <param name="Reason">Why the layer's product cannot be told from its bias; null where it can.</param>
internal readonly record struct LayerOffset(double[]? Values, string? Reason)
{
    /// <summary>The offset of a layer whose bias cannot be changed.</summary>
    public static LayerOffset Of(WorkingModel model, NodeProto node, PrunableWeight weight)
    {
        if (weight.Use.Operator.Product!.Bias is not { } operand || node.Input.Count <= operand || node.Input[operand].Length == 0)
            return default;
        if (model.Stored(node.Input[operand]) is not { } tensor) return new(null, "its bias is computed");
        var filters = (int)(weight.View.Extent(AxisRole.Group) * weight.View.Extent(AxisRole.Output));
        var values = WorkingModel.Values(tensor);
        if (values.Length == 1) return new([.. Enumerable.Repeat(Scale(node) * values[0], filters)], null);
        return values.Length == filters && tensor.Dims[^1] == filters ? new([.. values.Select(value => Scale(node) * value)], null)
            : new(null, "its bias varies from row to row");
    }

    private static float Scale(NodeProto node) => node.Attribute.FirstOrDefault(attribute => attribute.Name == "beta")?.F ?? 1;
}
