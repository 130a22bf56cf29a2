namespace GspMl.Onnx.Calibration;

/// <summary>How much errors of a layer's output count for the model's outputs, as <see cref="OutputSensitivity"/> measures it.</summary>
/// <param name="Filters">For each filter the squared change of the outputs for a unit mean squared change of the filter's.</param>
/// <param name="Positions">
/// For each position of an output row (of an image or a sequence) how much more than others it counts, 1 on average; empty where there is
/// but one.
/// </param>
internal sealed record LayerSensitivity(IReadOnlyList<double> Filters, IReadOnlyList<double> Positions);
