using GspMl.Onnx.Tensors;

namespace GspMl.Onnx.Reconstruction;

/// <summary>What a layer is to put out for a batch.</summary>
/// <param name="Values">The output tensor, as it should be.</param>
/// <param name="PreActivations">What the activation behind the layer reads in the dense model; null where there is none, or it is not to be
/// looked at.</param>
internal sealed record WantedOutput(FloatTensor Values, FloatTensor? PreActivations);
