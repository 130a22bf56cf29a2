using GspMl.Onnx.Calibration;
using GspMl.Onnx.Streaming;
using GspMl.Onnx.Weights;

namespace GspMl.Onnx.Reconstruction;

/// <summary>What calibration inputs tell of the dense layers.</summary>
/// <param name="Costs">One cost for each stored element of a weight: an entry is worth |w|/cost.</param>
/// <param name="Deviations">The standard deviation of a layer's outputs.</param>
internal sealed record LayerStatistics(IReadOnlyDictionary<PrunableWeight, double[]> Costs, IReadOnlyDictionary<PrunableWeight,
    double> Deviations)
{
    /// <summary>Nothing is known of any layer.</summary>
    public static LayerStatistics None { get; } = new(new Dictionary<PrunableWeight, double[]>(), new Dictionary<PrunableWeight, double>());

    /// <summary>Runs the inputs through the dense model once.</summary>
    /// <param name="dense">The model.</param>
    /// <param name="layers">Its layers, in the order of its nodes.</param>
    /// <param name="inputs">The calibration inputs.</param>
    /// <param name="fitting">How an entry's cost is found.</param>
    /// <param name="cancel">Looked at between layers.</param>
    public static LayerStatistics Measure(WorkingModel dense, IReadOnlyList<LinearLayer> layers, CalibrationInputs inputs,
        LayerFitting fitting, CancellationToken cancel)
    {
        using var stream = new ActivationStream(dense, inputs.Varied());
        var (costs, deviations) = (new Dictionary<PrunableWeight, double[]>(), new Dictionary<PrunableWeight, double>());
        foreach (var layer in layers)
        {
            stream.Advance([layer.Input, layer.Output], cancel);
            var fit = fitting.Start(layer, stream);
            costs[layer.Weight] = fitting.Costs(layer, fit);
            deviations[layer.Weight] = Math.Sqrt(fit.Groups.Average(group => group.Problem.Energy.ToArray().Average()));
        }
        return new(costs, deviations);
    }

    /// <summary>The standard deviation of a layer's outputs; where it was not measured, what inputs of unit variance would give.</summary>
    public double Deviation(OnnxModel model, PrunableWeight weight)
        => Deviations.TryGetValue(weight, out var deviation) ? deviation
            : LayerCoordinates.Deviation(weight, WeightCodec<double>.Decode(model.Elements, weight).Sum(w => w * w));
}
