using GspMl.Onnx.Calibration;
using GspMl.Onnx.Tensors;
using GspMl.Onnx.Tests.Building;
using GspMl.Projection;

namespace GspMl.Onnx.Tests.Calibration;

public class NormalizationStatisticsTests
{
    [Fact]
    public void Outputs_have_the_mean_and_deviation_that_the_normalisation_promises()
    {
        using var folder = new TemporaryFolder();
        using var model = OnnxModel.Load(Normalised().Save(folder["model.onnx"]));
        var working = new WorkingModel(model);
        var inputs = CalibrationInputs.Create(model, Rows(), 10);
        Assert.Equal(1, NormalizationStatistics.Estimate(working, inputs, default));
        using var stream = new ActivationStream(working, inputs.All());
        stream.Advance(["y"], default);
        for (var channel = 0; channel < 2; channel++)
        {
            var values = Enumerable.Range(0, stream.Batches).SelectMany(batch => Channel(FloatTensor.Of(stream[batch, "y"]), channel))
                .ToArray();
            var mean = values.Average();
            Assert.Equal(channel == 0 ? 0.5 : -1, mean, 1e-3);
            Assert.Equal(channel == 0 ? 2.0 : 3.0, Math.Sqrt(values.Average(v => (v - mean) * (v - mean))), 1e-2);
        }
    }

    [Fact]
    public void Pruning_with_calibration_but_without_reconstruction_estimates_them()
    {
        using var model = OnnxModel.Load(ShippedModels.PathOf("resnet14_bn.onnx"));
        var digits = ShippedModels.Digits(200);
        var options =
            new PruningOptions
            {
                Target = SparsityTarget.Zeros(0.6),
                Allocation = SparsityAllocation.Uniform,
                Values = WeightValues.Original
            };
        using var without = ModelPruner.Prune(model, options).Model;
        using var with = ModelPruner.Prune(model, options with { Calibration = new(digits.Inputs) }).Model;
        Assert.Contains(model.Tensors, tensor
            => tensor.Name.EndsWith("running_var", StringComparison.Ordinal) && with.Edits.TryGet(tensor, out _));
        Assert.True(Difference(model, with, digits) < 0.5 * Difference(model, without, digits));
    }

    private static double Difference(OnnxModel dense, OnnxModel pruned, EvaluationData digits)
        => ModelEvaluator.Compare(dense, pruned, digits, new() { LatencyRuns = 0 }).RmsDifference;

    private static IEnumerable<double> Channel(FloatTensor tensor, int channel)
        => Enumerable.Range(0, tensor.Values.Length).Where(i => i / 9 % 2 == channel).Select(i => (double)tensor.Values[i]);

    private static EvaluationData Rows() => new([InputTensor.Create("x", GraphBuilder.Random(40 * 25), 40, 1, 5, 5)]);

    private static GraphBuilder Normalised() => new GraphBuilder()
        .Input("x", "n", 1, 5, 5).Output("y")
        .Initializer(GraphBuilder.Floats("w", GraphBuilder.Random(18), 2, 1, 3, 3))
        .Initializer(GraphBuilder.Floats("scale", [2, 3], 2)).Initializer(GraphBuilder.Floats("shift", [0.5f, -1], 2))
        .Initializer(GraphBuilder.Floats("mean", [10, 20], 2)).Initializer(GraphBuilder.Floats("variance", [5, 7], 2))
        .Node("Conv", ["x", "w"], ["h"]).Node("BatchNormalization", ["h", "scale", "shift", "mean", "variance"], ["y"]);
}
