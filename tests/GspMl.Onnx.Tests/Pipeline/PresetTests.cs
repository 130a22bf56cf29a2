using GspMl.Onnx.Tests.Building;
using GspMl.Projection;

namespace GspMl.Onnx.Tests.Pipeline;

public class PresetTests
{
    [Theory]
    [InlineData("lenet300")]
    [InlineData("lenet5")]
    public void Accurate_keeps_the_decisions_of_the_dense_model_at_80_percent_zeros(string name)
    {
        using var model = OnnxModel.Load(ShippedModels.PathOf($"{name}.onnx"));
        var (pruned, report) = ModelPruner.Prune(model, PruningOptions.Accurate(SparsityTarget.Zeros(0.8), Calibration(400)));
        using var _ = pruned;
        Assert.InRange(report.Zeros, 0.8, 0.801);
        Assert.True(Agreement(model, pruned) > 0.97);
        Assert.All(report.Layers, layer => Assert.NotEmpty(layer.Levels));
        Assert.All(report.Layers, layer => Assert.Contains("reconstructed", layer.Reason, StringComparison.Ordinal));
        Assert.All(report.Layers, layer => Assert.InRange(layer.OutputError!.Value, 0, 0.5));
    }

    [Fact]
    public void Progress_tells_every_weight_before_each_step()
    {
        using var model = OnnxModel.Load(ShippedModels.PathOf("lenet300.onnx"));
        var told = new Steps();

        using var _ = ModelPruner.Prune(model, PruningOptions.Accurate(SparsityTarget.Zeros(0.8), Calibration(100)), told).Model;

        foreach (var step in new[] { PruningStep.Measuring, PruningStep.Fitting })
        {
            var taken = told.Where(progress => progress.Step == step).ToList();
            Assert.Equal(model.Weights, taken.Select(progress => progress.Weight));
            Assert.Equal([0, 1, 2], taken.Select(progress => progress.Done));
            Assert.All(taken, progress => Assert.Equal(3, progress.Count));
        }
        Assert.Equal(PruningStep.Fitting, told[^1].Step);
    }

    /// <summary>Keeps what it is told, at once and on the thread that tells it.</summary>
    private sealed class Steps : List<PruningProgress>, IProgress<PruningProgress>
    {
        public void Report(PruningProgress value) => Add(value);
    }

    [Fact]
    public void The_choices_combine_freely_and_each_repair_helps()
    {
        using var model = OnnxModel.Load(ShippedModels.PathOf("lenet300.onnx"));
        var uniform =
            new PruningOptions
            {
                Target = SparsityTarget.Zeros(0.9),
                Allocation = SparsityAllocation.Uniform,
                Values = WeightValues.Original,
                Calibration = Calibration(300)
            };
        double Reached(PruningOptions options)
        {
            using var pruned = ModelPruner.Prune(model, options).Model;
            return Agreement(model, pruned);
        }
        var magnitude = Reached(uniform);
        var activation = Reached(uniform with { Score = WeightScore.Activation });
        var repaired = Reached(uniform with { Values = WeightValues.Reconstructed });
        var staged = Reached(uniform with { Values = WeightValues.Reconstructed, Score = WeightScore.Saliency });
        Assert.True(magnitude < activation && activation < repaired && repaired < staged, $"{magnitude} {activation} {repaired} {staged}");
    }

    [Fact]
    public void Fast_loses_less_than_the_paper_without_data()
    {
        using var model = OnnxModel.Load(ShippedModels.PathOf("lenet5.onnx"));
        using var paper = ModelPruner.Prune(model, PruningOptions.Paper(SparsityTarget.Zeros(0.7))).Model;
        using var fast = ModelPruner.Prune(model, PruningOptions.Fast(SparsityTarget.Zeros(0.7))).Model;
        Assert.True(Agreement(model, fast) > Agreement(model, paper) + 0.2);
    }

    [Fact]
    public void A_layers_own_target_holds_and_layers_left_out_stay_as_they_were()
    {
        using var model = OnnxModel.Load(ShippedModels.PathOf("lenet300.onnx"));
        var options = PruningOptions.Accurate(SparsityTarget.Zeros(0.8), Calibration(200)) with
        {
            Exclude = ["fc3*"],
            LayerTargets = [new("fc2*", SparsityTarget.Zeros(0.6))],
        };
        var (pruned, report) = ModelPruner.Prune(model, options);
        using var _ = pruned;
        Assert.Equal([0.8, 0.6], report.Layers.Select(layer => Math.Round(layer.After.Zeros, 3)));
        Assert.False(pruned.Edits.TryGet(model.Weights[2].Location, out var _));
    }

    [Fact]
    public void Only_weights_and_what_takes_up_their_bias_change()
    {
        using var model = OnnxModel.Load(ShippedModels.PathOf("resnet14_bn.onnx"));
        var options =
            new PruningOptions
            {
                Target = SparsityTarget.Zeros(0.7),
                Allocation = SparsityAllocation.GspScaled,
                Values = WeightValues.Reconstructed,
                Calibration = Calibration(50)
            };
        using var pruned = ModelPruner.Prune(model, options).Model;
        Assert.All(pruned.Edits.Tensors, tensor => Assert.Matches(@"^(.*\.weight|fc\.bias|.*running_mean)$", tensor.Name));
        Assert.Contains(pruned.Edits.Tensors, tensor => tensor.Name.EndsWith("running_mean", StringComparison.Ordinal));
    }

    [Fact]
    public void A_weight_that_cannot_be_calibrated_is_pruned_by_magnitude_and_the_report_says_why()
    {
        using var folder = new TemporaryFolder();
        var path = new GraphBuilder().Input("x", "n", 6).Output("y", "n", 6)
            .Initializer(GraphBuilder.Floats("shared", GraphBuilder.Random(36), 6, 6))
                .Initializer(GraphBuilder.Floats("own", GraphBuilder.Random(36, 2), 6, 6))
            .Node("MatMul", ["x", "shared"], ["h"]).Node("MatMul", ["h", "shared"], ["i"]).Node("MatMul", ["i", "own"], ["y"])
            .Save(folder["model.onnx"]);
        using var model = OnnxModel.Load(path);
        var data = new EvaluationData([InputTensor.Create("x", GraphBuilder.Random(600, 3), 100, 6)]);
        var (pruned, report) = ModelPruner.Prune(model, PruningOptions.Accurate(SparsityTarget.Zeros(0.5), data));
        using var _ = pruned;
        var shared = report.Layers.Single(layer => layer.Weight.Name == "shared");
        Assert.Equal(18, shared.After.ZeroCount);
        Assert.Contains("2 nodes share it", shared.Reason, StringComparison.Ordinal);
        var (before, after) = (model.Elements.Values<float>(shared.Weight.Location), pruned.Elements.Values<float>(shared.Weight.Location));
        for (var i = 0; i < 36; i++) Assert.True(after[i] == 0 || after[i] == before[i]);
    }

    [Fact]
    public void Choices_that_need_data_say_so()
    {
        using var model = OnnxModel.Load(ShippedModels.PathOf("lenet300.onnx"));
        var target = SparsityTarget.Zeros(0.5);
        Assert.Throws<ArgumentNullException>(() => PruningOptions.Accurate(target, null!));
        Assert.Throws<ArgumentException>(() => ModelPruner.Prune(model, new() { Target = target, Score = WeightScore.Activation }));
        Assert.Throws<ArgumentException>(() => ModelPruner.Prune(model, new() { Target = target, Values = WeightValues.Reconstructed }));
        Assert.Throws<ArgumentException>(()
            => ModelPruner.Prune(model, new() { Target = target, Allocation = SparsityAllocation.Measured }));
    }

    private static EvaluationData Calibration(int rows) => ShippedModels.CalibrationDigits(rows);

    private static double Agreement(OnnxModel dense, OnnxModel pruned)
        => ModelEvaluator.Compare(dense, pruned, ShippedModels.Digits(), new() { LatencyRuns = 0 }).Agreement!.Value;
}
