using GspMl.Onnx.Models;
using GspMl.Onnx.Operators;

namespace GspMl.Onnx.Weights;

/// <summary>A value that is known before the model runs.</summary>
internal abstract record Constant;

/// <summary>A stored tensor, seen through the nodes between it and its reader.</summary>
internal sealed record TensorConstant(TensorLocation Tensor, TensorView View, Dequantization? Dequantization = null) : Constant;

/// <summary>A list of integers that is no tensor (value_ints of a Constant node): the shape of a Reshape.</summary>
internal sealed record IntegersConstant(IReadOnlyList<long> Values) : Constant;

/// <summary>How a stored integer q stands for a weight: (q − zero point) · scale, per tensor or along one axis.</summary>
/// <param name="Scales">One scale, or one for every step of the axis; null for 1, where the scale is not known.</param>
/// <param name="ZeroPoints">One zero point, or one for every step of the axis; null for 0.</param>
/// <param name="Axis">The axis of the stored tensor.</param>
internal sealed record Dequantization(TensorConstant? Scales, TensorConstant? ZeroPoints, Axis Axis);

/// <summary>That a node reads a weight.</summary>
/// <param name="Node">The node's name.</param>
/// <param name="Operator">Its operator.</param>
/// <param name="View">How the weight's elements are its filters.</param>
/// <param name="Dequantization">How stored integers become weights; null where they are stored as floating-point numbers.</param>
internal sealed record WeightUse(string Node, Operator Operator, WeightView View, Dequantization? Dequantization);
