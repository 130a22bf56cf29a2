using GspMl.Onnx.Operators;
using GspMl.Onnx.Proto;

namespace GspMl.Onnx.Calibration;

/// <summary>What a normalisation by stored statistics multiplies each channel by: γ/σ with σ = √(variance + ε).</summary>
internal static class NormalizationGain
{
    /// <summary>One number for each channel; null where scale or variance are not stored.</summary>
    public static double[]? Of(WorkingModel model, NodeProto node, NormalizationOperands operands)
    {
        if (model.Stored(node.Input[operands.Scale]) is not { } scale) return null;
        if (model.Stored(node.Input[operands.Variance]) is not { } variance) return null;
        var attribute = node.Attribute.FirstOrDefault(a => a.Name == NormalizationOperands.EpsilonAttribute);
        var epsilon = attribute?.F ?? NormalizationOperands.DefaultEpsilon;
        return [.. WorkingModel.Values(scale).Zip(WorkingModel.Values(variance), (g, v) => g / Math.Sqrt(v + epsilon))];
    }
}
