using GspMl.Onnx.Tests.Building;
using GspMl.Projection;

namespace GspMl.Onnx.Tests.Sweeping;

public class SparsitySweepTests
{
    private static readonly EvaluationData Rows = ShippedModels.CalibrationDigits(60);
    private static readonly EvaluationOptions Untimed = new() { LatencyRuns = 0, CompressedSize = false };

    /// <summary>The accurate choices, with little effort.</summary>
    private static PruningOptions Quick
        => PruningOptions.Accurate(SparsityTarget.Zeros(0), ShippedModels.CalibrationDigits(60)) with
        {
            Include = ["fc2*", "fc3*"],
            Reconstruction = new()
            {
                SearchRounds = 1,
                ActivationRounds = 0,
                RowsPerFilter = 2,
                VariedCopies = 0,
                MinimumSamples = 100,
                SamplesPerInput = 1,
            },
        };

    /// <summary>The levels for 98 % zeros go on below those for the others.</summary>
    [Theory]
    [InlineData("lenet300")]
    [InlineData("resnet14_bn")]
    public void Every_model_is_byte_for_byte_the_one_that_is_pruned_alone(string name)
    {
        using var model = OnnxModel.Load(ShippedModels.PathOf($"{name}.onnx"));
        var pruning = name == "lenet300" ? Quick : Quick with { Include = ["stem*", "fc*"] };
        using var sweep = SparsitySweep.Run(model, Rows, new() { Curves = [Curve(pruning, 0.5, 0.8, 0.98)], Evaluation = Untimed });
        foreach (var level in sweep.Levels)
        {
            var (alone, report) = ModelPruner.Prune(model, pruning with { Target = SparsityTarget.Zeros(level.Asked) });
            using var _ = alone;
            Assert.Equal(Bytes(alone), Bytes(level.Model));
            Assert.Equal(report.Layers.Select(layer => layer.Levels.Count), level.Pruning!.Layers.Select(layer => layer.Levels.Count));
            Assert.InRange(level.Amount, level.Asked - 1e-3, level.Asked + 1e-3);
        }
    }

    [Fact]
    public void What_the_levels_share_is_found_out_once()
    {
        using var model = OnnxModel.Load(ShippedModels.PathOf("lenet300.onnx"));
        var told = new Steps();
        using var sweep = SparsitySweep.Run(model, Rows, new()
        {
            Curves = [Curve(Quick, 0.5, 0.7, 0.95)],
            Evaluation = Untimed,
        }, told);
        Assert.Equal(2, told.Count(step => step.Pruning is { Step: PruningStep.Measuring }));
        Assert.Equal(1, told.Count(step => step.Pruning is { Step: PruningStep.Probing }));
        Assert.Equal(6, told.Count(step => step.Pruning is { Step: PruningStep.Fitting }));
        Assert.Equal([0.95, 0.7, 0.5], told.Select(step => step.Amount).OfType<double>().Distinct());
        Assert.Null(told[^1].Pruning);
    }

    [Fact]
    public void Quality_is_what_the_rows_tell()
    {
        using var model = OnnxModel.Load(ShippedModels.PathOf("lenet300.onnx"));
        var options = new SweepOptions
        {
            Curves = [Curve(PruningOptions.Fast(SparsityTarget.Zeros(0)), 0.5, 0.95)],
            Evaluation = Untimed,
            MinAgreement = 0.5,
        };
        using var sweep = SparsitySweep.Run(model, Rows, options);
        Assert.Equal(SweepMeasure.Agreement, sweep.Measure);
        Assert.Equal(1, sweep.DenseQuality.Value);
        Assert.Equal(0, sweep.DenseAmount, 3);
        Assert.All(sweep.Levels, level => Assert.Equal(level.Comparison.Agreement!.Value, level.Quality.Value, 12));
        Assert.True(sweep.Levels[0].Quality.Value > sweep.Levels[1].Quality.Value);
        Assert.Equal(sweep.Levels[0], sweep.Chosen);
    }

    [Fact]
    public void What_cannot_be_swept_is_refused_by_name()
    {
        using var model = OnnxModel.Load(ShippedModels.PathOf("lenet300.onnx"));
        var curve = Curve(PruningOptions.Fast(SparsityTarget.Zeros(0)), 0.5);
        var options = new SweepOptions { Curves = [curve] };
        void Refused(string property, SweepOptions bad)
            => Assert.Contains(property, Assert.ThrowsAny<ArgumentException>(() => SparsitySweep.Run(model, Rows, bad)).Message,
                StringComparison.Ordinal);
        Refused("Curves", options with { Curves = [] });
        Refused("two have one name", options with { Curves = [curve, curve with { Amounts = [0.6] }] });
        Refused("not compared in one sweep", options with
        {
            Curves = [curve, new ShrunkCurve { Name = "s", Amounts = [0.5], Shrinking = new() { Target = ShrinkTarget.Macs(0.5) } }],
        });
        Refused("Amounts", options with { Curves = [curve with { Amounts = [] }] });
        Refused("Amounts[1]", options with { Curves = [curve with { Amounts = [0.5, 0.5] }] });
        Refused("Amounts[0]", options with { Curves = [curve with { Amounts = [1.5] }] });
        Refused("MaxAccuracyDrop", options with { MaxAccuracyDrop = 2 });
        Refused("MinAgreement", options with { MinAgreement = -1 });
        Refused("labels", options with { MaxAccuracyDrop = 0.01 });
    }

    [Fact]
    public void A_sweep_is_cancelled_between_and_inside_its_levels()
    {
        using var model = OnnxModel.Load(ShippedModels.PathOf("lenet300.onnx"));
        foreach (var step in new[] { 1, 5, 7 })
        {
            using var source = new CancellationTokenSource();
            var told = new Steps { Then = count => { if (count == step) source.Cancel(); } };
            Assert.ThrowsAny<OperationCanceledException>(() => SparsitySweep.Run(model, Rows, new()
            {
                Curves = [Curve(PruningOptions.Fast(SparsityTarget.Zeros(0)), 0.5, 0.95)],
                Evaluation = Untimed,
            }, told, source.Token));
        }
    }

    [Fact]
    public void A_curve_of_smaller_models_holds_what_is_shrunk_alone()
    {
        using var model = OnnxModel.Load(ShippedModels.PathOf("lenet300.onnx"));
        var shrinking = new ShrinkOptions { Target = ShrinkTarget.Macs(0.5) };
        var curve = new ShrunkCurve { Name = "structured", Amounts = [0.3, 0.6], Shrinking = shrinking };
        using var sweep = SparsitySweep.Run(model, Rows, new() { Curves = [curve], Evaluation = Untimed });
        Assert.Equal(0, sweep.DenseAmount);
        foreach (var level in sweep.Levels)
        {
            var (alone, report) = ModelShrinker.Shrink(model, shrinking with { Target = ShrinkTarget.Macs(level.Asked) });
            using var _ = alone;
            Assert.Equal(Bytes(alone), Bytes(level.Model));
            Assert.Equal(report.MacsGone, level.Amount);
            Assert.True(level.Amount >= level.Asked);
        }
    }

    [Fact]
    public void Of_several_curves_the_sparsest_model_that_keeps_the_limits_is_chosen_and_of_two_the_better()
    {
        using var model = OnnxModel.Load(ShippedModels.PathOf("lenet300.onnx"));
        using var sweep = SparsitySweep.Run(model, Rows, new()
        {
            Curves =
            [
                Curve(PruningOptions.Paper(SparsityTarget.Zeros(0)), 0.3, 0.5) with { Name = "paper" },
                Curve(PruningOptions.Fast(SparsityTarget.Zeros(0)), 0.3, 0.5),
            ],
            Evaluation = Untimed,
            MinAgreement = 0.3,
        });
        Assert.Equal([("paper", 0.3), ("paper", 0.5), ("fast", 0.3), ("fast", 0.5)],
            sweep.Levels.Select(level => (level.Curve.Name, level.Asked)));
        Assert.All(sweep.Levels, level => Assert.Equal(SweepOutcome.Passed, level.Outcome));
        Assert.Equal(("fast", 0.5), (sweep.Chosen!.Curve.Name, sweep.Chosen.Asked));
    }

    private static PrunedCurve Curve(PruningOptions pruning, params IReadOnlyList<double> zeros)
        => new() { Name = "fast", Amounts = zeros, Pruning = pruning };

    private static byte[] Bytes(OnnxModel model)
    {
        using var stream = new MemoryStream();
        model.Save(stream);
        return stream.ToArray();
    }

    /// <summary>Keeps what it is told, at once and on the thread that tells it.</summary>
    private sealed class Steps : List<SweepProgress>, IProgress<SweepProgress>
    {
        public Action<int> Then { get; init; } = _ => { };

        public void Report(SweepProgress value)
        {
            Add(value);
            Then(Count);
        }
    }
}
