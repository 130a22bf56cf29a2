using GspMl.Onnx;
using GspMl.Onnx.Tests.Building;
using GspMl.Projection;

namespace GspMl.Training.Tests;

public sealed class ModelTunerTests
{
    private static OnnxModel Pruned(OnnxModel model, double zeros)
        => ModelPruner.Prune(model, PruningOptions.Fast(SparsityTarget.Zeros(zeros))).Model;

    [Theory]
    [InlineData("lenet300")]
    [InlineData("lenet5")]
    [InlineData("resnet14_bn")]
    [InlineData("mobilenet_mini_bn")]
    [InlineData("vit_tiny")]
    public void Every_weight_of_a_shipped_net_is_trained_and_the_outputs_come_nearer_to_those_of_the_dense_one(string name)
    {
        using var dense = Digits.Model(name);
        using var pruned = Pruned(dense, 0.7);
        var result = ModelTuner.Tune(pruned, Digits.Short(dense) with { Variation = null, Epochs = 4 });
        using var tuned = result.Model;
        Assert.Empty(result.Report.LeftAlone);
        Assert.True(result.Report.Best.HeldBackLoss < result.Report.Epochs[0].HeldBackLoss);
        Assert.True(Drift(dense, tuned) < Drift(dense, pruned));
    }

    private static double Drift(OnnxModel dense, OnnxModel other)
        => ModelEvaluator.Compare(dense, other, Digits.Few(), new() { LatencyRuns = 0, CompressedSize = false }).Outputs[0].Rms;

    [Fact]
    public void Zeros_stay_zeros()
    {
        using var dense = Digits.Model("lenet300");
        using var pruned = Pruned(dense, 0.9);
        using var tuned = ModelTuner.Tune(pruned, Digits.Short(dense)).Model;
        foreach (var (before, after) in Digits.Weights(pruned).Zip(Digits.Weights(tuned)))
        {
            Assert.Equal(before.Select(value => value == 0), after.Select(value => value == 0));
            Assert.NotEqual(before, after);
        }
    }

    [Theory]
    [InlineData(0.9)]
    [InlineData(0.99)]
    public void Rising_zeros_reach_the_fraction_that_is_asked_for(double zeros)
    {
        using var dense = Digits.Model("lenet300");
        var result = ModelTuner.Tune(dense, Digits.Short(dense) with { Sparsity = TuningSparsity.Rising(zeros, every: 2) });
        using var tuned = result.Model;
        var weights = Digits.Weights(tuned);
        var (count, found) = (weights.Sum(values => values.Length), weights.Sum(values => values.Count(value => value == 0)));
        Assert.Equal((int)Math.Ceiling(zeros * count), found);
        Assert.Equal(found, result.Report.Best.Zeros * count, 0.5);
        Assert.All(weights, values => Assert.Contains(values, value => value != 0));
    }

    [Fact]
    public void Induced_projection_ends_with_the_zeros_of_the_projection()
    {
        using var dense = Digits.Model("lenet300");
        var paper = PruningOptions.Paper(SparsityTarget.Zeros(0.9));
        using var tuned = ModelTuner.Tune(dense, Digits.Short(dense) with { Sparsity = TuningSparsity.Induced(paper, every: 2) }).Model;
        Assert.All(Digits.Weights(tuned), values => Assert.Equal(0.9, values.Count(value => value == 0) / (double)values.Length, 0.001));
    }

    [Fact]
    public void Labels_alone_teach_too()
    {
        using var dense = Digits.Model("lenet300");
        using var pruned = Pruned(dense, 0.95);
        var options = Digits.Short(dense) with
        {
            Data = ShippedModels.Digits(60),
            LabelShare = 1,
            Variation = null,
            Epochs = 6,
            HeldBack = 0,
            Optimizer = TuningOptimizer.Adam(5e-3),
        };
        var report = ModelTuner.Tune(pruned, options).Report;
        Assert.True(report.Epochs[^1].Loss < 0.7 * report.Epochs[1].Loss);
    }

    [Fact]
    public void Divergence_is_zero_for_the_teacher_itself()
    {
        using var dense = Digits.Model("lenet300");
        var report = ModelTuner.Tune(dense, Digits.Short(dense) with { Loss = TuningLoss.Divergence(3), Epochs = 1 }).Report;
        Assert.Equal(0, report.Epochs[0].HeldBackLoss, 1e-6);
    }

    [Fact]
    public void The_same_run_gives_the_same_bits_and_so_does_one_that_was_broken_off()
    {
        using var folder = new TemporaryFolder();
        using var dense = Digits.Model("lenet300");
        var options = Digits.Short(dense) with { Epochs = 5, Sparsity = TuningSparsity.Rising(0.9, every: 2) };
        using var whole = ModelTuner.Tune(dense, options).Model;
        var kept = options with { Checkpoint = folder["state"] };
        using var stop = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => ModelTuner.Tune(dense, kept, new StopAt(stop, 7), stop.Token));
        using var resumed = ModelTuner.Tune(dense, kept).Model;
        Assert.Equal(Digits.Weights(whole), Digits.Weights(resumed));
    }

    [Fact]
    public void Patience_ends_a_run_that_gets_no_better()
    {
        using var dense = Digits.Model("lenet300");
        var report = ModelTuner.Tune(dense, Digits.Short(dense) with { Epochs = 9, Patience = 2 }).Report;
        Assert.Equal(0, report.BestEpoch);
        Assert.Equal(3, report.Epochs.Count);
        Assert.Contains("No epoch was better on the rows held back", report.Note);
    }

    [Fact]
    public void A_loss_that_is_no_number_ends_the_run_with_the_state_before_or_with_an_error()
    {
        using var dense = Digits.Model("lenet300");
        using var pruned = Pruned(dense, 0.9);
        var wild = Digits.Short(dense) with { Optimizer = TuningOptimizer.Sgd(1e30), WarmUp = 0, Loss = TuningLoss.SquaredError };
        var report = ModelTuner.Tune(pruned, wild).Report;
        Assert.Equal(0, report.BestEpoch);
        Assert.Contains("was no number in epoch 1", report.Note);
        var rising = wild with { Sparsity = TuningSparsity.Rising(0.9) };
        Assert.Contains("smaller learning rate", Assert.Throws<OnnxModelException>(() => ModelTuner.Tune(dense, rising)).Message);
    }

    [Fact]
    public void Impossible_options_are_refused_by_name()
    {
        using var dense = Digits.Model("lenet300");
        var options = Digits.Short(dense);
        Assert.Equal("Epochs", Assert.Throws<ArgumentOutOfRangeException>(() => ModelTuner.Tune(dense, options with { Epochs = 0 }))
            .ParamName);
        Assert.Equal("HeldBack", Assert.Throws<ArgumentOutOfRangeException>(() => ModelTuner.Tune(dense, options with { HeldBack = 1 }))
            .ParamName);
        Assert.Throws<ArgumentOutOfRangeException>(() => TuningSparsity.Rising(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => TuningOptimizer.Adam(0));
    }

    /// <summary>Breaks a run off after a step.</summary>
    private sealed class StopAt(CancellationTokenSource stop, int step) : IProgress<TuningProgress>
    {
        public void Report(TuningProgress value)
        {
            if (value.Step == step) stop.Cancel();
        }
    }
}
