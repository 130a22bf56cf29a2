using GspMl.Onnx;
using GspMl.Onnx.Calibration;
using GspMl.Onnx.Models;
using GspMl.Onnx.Products;
using GspMl.Onnx.Reconstruction;
using GspMl.Projection;

namespace GspMl.Benchmarks.Pruning;

/// <summary>A way to prune a model to a fraction of zeros.</summary>
/// <param name="Name">What the tables call it.</param>
/// <param name="Prune">From model, fraction and calibration inputs to the pruned model.</param>
internal sealed record PruningMethod(string Name, Func<OnnxModel, double, EvaluationData, OnnxModel> Prune);

/// <summary>The methods that the tables compare.</summary>
internal static class PruningMethods
{
    /// <summary>The presets, beside the usual one-shot methods.</summary>
    public static IReadOnlyList<PruningMethod> Presets { get; } =
    [
        new("magnitude, uniform", (model, zeros, _) => Prune(model, Uniform(zeros))),
        new("magnitude, global", (model, zeros, _) => Prune(model, Global(model, zeros))),
        new("Wanda-style", (model, zeros, data) => Wanda(model, zeros, data)),
        new("preset paper", (model, zeros, _) => Prune(model, PruningOptions.Paper(SparsityTarget.Zeros(zeros)))),
        new("preset fast", (model, zeros, _) => Prune(model, PruningOptions.Fast(SparsityTarget.Zeros(zeros)))),
        new("preset accurate", (model, zeros, data) => Prune(model, PruningOptions.Accurate(SparsityTarget.Zeros(zeros), data))),
    ];

    /// <summary>Allocations with the same repair, reconstruction: what the choice of the allocation adds.</summary>
    public static IReadOnlyList<PruningMethod> Allocations { get; } =
    [
        new("uniform", (model, zeros, data) => Prune(model, Repaired(Uniform(zeros), WeightScore.Magnitude, data))),
        new("global magnitude", (model, zeros, data) => Prune(model, Repaired(Global(model, zeros), WeightScore.Magnitude, data))),
        new("gsp-scaled", (model, zeros, data) => Prune(model, Repaired(Scaled(zeros), WeightScore.Magnitude, data))),
        new("uniform, saliency", (model, zeros, data) => Prune(model, Repaired(Uniform(zeros), WeightScore.Saliency, data))),
        new("gsp-scaled, saliency", (model, zeros, data) => Prune(model, Repaired(Scaled(zeros), WeightScore.Saliency, data))),
        new("measured, saliency", (model, zeros, data) => Prune(model, PruningOptions.Accurate(SparsityTarget.Zeros(zeros), data))),
    ];

    private static OnnxModel Prune(OnnxModel model, PruningOptions options) => ModelPruner.Prune(model, options).Model;

    private static PruningOptions Uniform(double zeros)
        => new() { Target = SparsityTarget.Zeros(zeros), Allocation = SparsityAllocation.Uniform, Values = WeightValues.Original };

    private static PruningOptions Scaled(double zeros)
        => new() { Target = SparsityTarget.Zeros(zeros), Allocation = SparsityAllocation.GspScaled, Values = WeightValues.Original };

    private static PruningOptions Repaired(PruningOptions options, WeightScore score, EvaluationData data)
        => options with { Values = WeightValues.Reconstructed, Score = score, Calibration = data };

    /// <summary>One threshold on |w| for the whole model, said as each layer's own fraction of zeros.</summary>
    private static PruningOptions Global(OnnxModel model, double zeros)
    {
        var magnitudes = model.Weights.Select(weight => model.Elements.Values<float>(weight.Location).Select(Math.Abs).Order().ToArray())
            .ToList();
        var all = magnitudes.SelectMany(values => values).Order().ToArray();
        var threshold = all[(int)(zeros * all.Length)];
        var targets =
            model.Weights.Zip(magnitudes, (weight, values)
            => new LayerTarget(weight.Name, SparsityTarget.Zeros((double)values.Count(v => v < threshold) / values.Length)));
        return Uniform(zeros) with { LayerTargets = [.. targets] };
    }

    /// <summary>|w|·rms(x), compared within each output row, every row to the same fraction (Sun et al. 2023).</summary>
    private static OnnxModel Wanda(OnnxModel model, double zeros, EvaluationData data)
    {
        var working = new WorkingModel(model);
        var options = new PruningOptions { Target = SparsityTarget.Zeros(zeros), Score = WeightScore.Activation };
        using var products = new MatrixProduct(0);
        var fitting = new LayerFitting(options, data.Rows, products, default);
        using var stream = new ActivationStream(working, CalibrationInputs.Create(model, data, 50).All());
        var edits = new ModelEdits();
        foreach (var weight in model.Weights)
        {
            var layer = LinearLayer.Of(working, weight).Layer!;
            stream.Advance([layer.Input, layer.Output], default);
            var fit = fitting.Start(layer, stream);
            var values = layer.ReadWeights();
            var costs = WeightScore.Activation.Costs(new CalibratedLayer(weight, fit));
            for (var r = 0; r < layer.Filters; r++)
            {
                var row = r * layer.Inputs;
                foreach (var j in Enumerable.Range(0, layer.Inputs).OrderBy(j => Math.Abs(values[row + j]) / costs[row + j])
                    .Take((int)Math.Round(zeros * layer.Inputs))) values[row + j] = 0;
            }
            edits.Set(weight.Location, WorkingModel.Encode(weight.ElementType, layer.ToStored(values)));
        }
        return model.With(edits);
    }
}
