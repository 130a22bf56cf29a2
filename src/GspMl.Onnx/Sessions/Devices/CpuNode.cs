namespace GspMl.Onnx;

/// <summary>A node that the CPU ran although a GPU runs the model:
/// ONNX Runtime has no kernel for it there, or it only computes shapes.</summary>
/// <param name="Name">The node's name in the graph that ONNX Runtime made of the model,
/// or its operator and number where it has none.</param>
/// <param name="Operator">The operator.</param>
public sealed record CpuNode(string Name, string Operator);
