using GspMl.Onnx.Tests.Building;
using GspMl.Projection;

namespace GspMl.Onnx.Tests.Pipeline;

public class ForecastTests
{
    private static PruningOptions Options(int rows, double zeros = 0.8)
        => PruningOptions.Accurate(SparsityTarget.Zeros(zeros), ShippedModels.Digits(rows)) with
        {
            Reconstruction = new() { Levels = [0.5, 0.1], VariedCopies = 0, MinimumSamples = 100, SamplesPerInput = 0 },
        };

    [Fact]
    public void A_forecast_stands_before_the_work_and_its_parts_add_up()
    {
        using var model = OnnxModel.Load(ShippedModels.PathOf("lenet5.onnx"));
        var reports = new Reports();
        using var pruned = ModelPruner.Prune(model, Options(20), reports).Model;
        Assert.Equal([PruningStep.Probing, PruningStep.Projecting, PruningStep.Measuring, PruningStep.Fitting],
            reports.All.Select(report => report.Step).Distinct());
        Assert.Equal(0, reports.All[0].Fraction);
        Assert.All(reports.All, report => Assert.True(report.Forecast!.Time > TimeSpan.Zero && report.Forecast.Bytes > 1_000_000));
        var fractions = reports.All.Select(report => report.Fraction!.Value).ToList();
        Assert.Equal(fractions.Order(), fractions);
        Assert.InRange(fractions[^1], 0.3, 1);
    }

    /// <summary>Calibration cannot work on a transposed convolution; it is pruned as its weights stand, progress or not.</summary>
    [Fact]
    public void A_model_without_a_layer_to_calibrate_is_forecast_and_pruned_too()
    {
        using var model = Sessions.StateModel.Load(new GraphBuilder().Input("x", "n", 4, 5, 5).Output("y", "n", 3, 7, 7)
            .Initializer(GraphBuilder.Floats("w", GraphBuilder.Random(108), 4, 3, 3, 3)).Node("ConvTranspose", ["x", "w"], ["y"]));
        var rows = InputTensor.Create("x", GraphBuilder.Random(20 * 100), 20, 4, 5, 5);

        var (pruned, report) = ModelPruner.Prune(model, PruningOptions.Accurate(SparsityTarget.Zeros(0.5), new([rows])), new Reports());

        using (pruned) Assert.Equal(54, report.ZeroCountAfter);
    }

    [Fact]
    public void More_rows_are_more_work()
    {
        using var model = OnnxModel.Load(ShippedModels.PathOf("resnet14_bn.onnx"));
        Assert.True(Bytes(200) > Bytes(2));

        long Bytes(int rows)
        {
            using var cancel = new CancellationTokenSource();
            var reports = new Reports { AtEach = _ => cancel.Cancel() };
            Assert.Throws<OperationCanceledException>(() => ModelPruner.Prune(model, Options(rows), reports, cancel.Token));
            return reports.All[0].Forecast!.Bytes;
        }
    }

    /// <summary>Cancelled at any report, the run ends, and the model is what it was.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(6)]
    [InlineData(9)]
    public void A_run_can_be_cancelled_at_every_step(int report)
    {
        using var model = OnnxModel.Load(ShippedModels.PathOf("lenet300.onnx"));
        using var cancel = new CancellationTokenSource();
        var count = 0;
        var reports = new Reports
        {
            AtEach = _ =>
        {
            if (++count == report) cancel.Cancel();
        },
        };
        Assert.Throws<OperationCanceledException>(() => ModelPruner.Prune(model, Options(20), reports, cancel.Token));
        Assert.Equal(report, reports.All.Count);
    }

    private sealed class Reports : IProgress<PruningProgress>
    {
        public List<PruningProgress> All { get; } = [];

        public Action<PruningProgress> AtEach { get; init; } = _ => { };

        public void Report(PruningProgress value)
        {
            All.Add(value);
            AtEach(value);
        }
    }
}
