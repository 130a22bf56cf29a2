namespace GspMl.Onnx.Reconstruction;

/// <summary>Samples of a layer from one batch of rows, kept for fits that look at them more than once.</summary>
/// <param name="Groups">
/// For each group of filters the samples (x, y, 1), each multiplied by the root of its weight, transposed: entry i of sample t lies at
/// i·Count + t.
/// </param>
/// <param name="PreActivations">What the activation function behind the layer reads in the dense model: filter r of sample t lies at
/// r·Count + t.</param>
/// <param name="Count">How many samples.</param>
internal sealed record SampleBatch(IReadOnlyList<float[]> Groups, float[] PreActivations, int Count);
