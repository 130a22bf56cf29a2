using Google.Protobuf;
using GspMl.Onnx;
using GspMl.Onnx.Tests.Building;
using GspMl.Projection;
using GspMl.Training.Graphs;

namespace GspMl.Training.Tests;

/// <summary>Normalisation by the statistics of each batch, which the stored ones follow.</summary>
public sealed class NormalizationTests
{
    private const string Mean = "mean";
    private const float Momentum = 0.7f;

    [Fact]
    public void Stored_statistics_follow_those_of_the_batches_and_are_in_the_result()
    {
        float[] rows = [1, 4, 2, 8, 3, 0];
        using var model = Normalizing();
        using var tuned = ModelTuner.Tune(model, Options(model, rows) with { BatchSize = 3, Epochs = 1 }).Model;
        // One epoch, one batch of three rows: 1, 2 and 3 in the first channel, 4, 8 and 0 in the second.
        var (means, variances) = (Values(tuned, Mean), Values(tuned, "variance"));
        const float New = 1 - Momentum;
        Assert.Equal([New * 2, New * 4], means, (a, b) => Math.Abs(a - b) < 1e-5);
        Assert.Equal([Momentum + (New * 2 / 3), Momentum + (New * 32 / 3)], variances, (a, b) => Math.Abs(a - b) < 1e-4);
    }

    [Fact]
    public void Stored_statistics_stay_in_inference_mode()
    {
        using var model = Normalizing();
        var options = Options(model, [1, 4, 2, 8, 3, 0]) with { BatchSize = 3, Normalization = TuningNormalization.Inference };
        using var tuned = ModelTuner.Tune(model, options).Model;
        Assert.Equal(Values(model, Mean), Values(tuned, Mean));
    }

    [Theory]
    [InlineData("resnet14_bn")]
    [InlineData("mobilenet_mini_bn")]
    public void Outputs_come_nearer_to_those_of_the_dense_model(string name)
    {
        using var dense = Digits.Model(name);
        using var pruned = ModelPruner.Prune(dense, PruningOptions.Fast(SparsityTarget.Zeros(0.7))).Model;
        var options = Digits.Short(dense) with { Variation = null, Epochs = 4, Normalization = TuningNormalization.Training };
        var report = ModelTuner.Tune(pruned, options).Report;
        Assert.True(report.Best.HeldBackLoss < 0.8 * report.Epochs[0].HeldBackLoss);
    }

    [Fact]
    public void A_run_that_was_broken_off_goes_on_with_the_same_statistics()
    {
        using var folder = new TemporaryFolder();
        using var dense = Digits.Model("mobilenet_mini_bn");
        using var pruned = ModelPruner.Prune(dense, PruningOptions.Fast(SparsityTarget.Zeros(0.7))).Model;
        var options = Digits.Short(dense) with { Normalization = TuningNormalization.Training, HeldBack = 0 };
        using var whole = ModelTuner.Tune(pruned, options).Model;
        var kept = options with { Checkpoint = folder["state"] };
        using var stop = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => ModelTuner.Tune(pruned, kept, new StopAt(stop, 5), stop.Token));
        using var resumed = ModelTuner.Tune(pruned, kept).Model;
        var tensors = whole.Tensors.Where(tensor => tensor.ElementType == TensorElementType.Float32).ToList();
        Assert.NotEmpty(tensors);
        Assert.All(tensors, tensor => Assert.Equal(whole.Elements.Values<float>(tensor),
            resumed.Elements.Values<float>(resumed.Tensors.First(other => other.Name == tensor.Name))));
    }

    [Fact]
    public void A_model_that_runs_one_row_at_a_time_is_refused()
    {
        using var model = Normalizing();
        var error = Assert.Throws<OnnxModelException>(() => ModelTuner.Tune(model, Options(model, [1, 4, 2, 8]) with { BatchSize = 1 }));
        Assert.Contains("one row at a time", error.Message);
    }

    private static float[] Values(OnnxModel model, string tensor)
        => model.Elements.Values<float>(model.Tensors.First(location => location.Name == tensor));

    private static TuningOptions Options(OnnxModel teacher, float[] rows) => new()
    {
        Data = new([InputTensor.Create("x", rows, rows.Length / 2, 2)]),
        Teacher = teacher,
        Normalization = TuningNormalization.Training,
        Variation = null,
        Epochs = 2,
        HeldBack = 0,
        MaxThreads = 1,
    };

    /// <summary>y = (x normalised by channels)·W.</summary>
    private static OnnxModel Normalizing()
    {
        var graph = new GraphBuilder().Input("x", "rows", 2).Output("y", "rows", 2)
            .Initializer(GraphBuilder.Floats("scale", [1, 2], 2)).Initializer(GraphBuilder.Floats("shift", [0, 0.5f], 2))
            .Initializer(GraphBuilder.Floats(Mean, [0, 0], 2)).Initializer(GraphBuilder.Floats("variance", [1, 1], 2))
            .Initializer(GraphBuilder.Floats("w", [1, -1, 0.5f, 2], 2, 2))
            .Node("BatchNormalization", ["x", "scale", "shift", Mean, "variance"], ["n"], Attributes.Of("momentum", Momentum))
            .Node("MatMul", ["n", "w"], ["y"]);
        return OnnxModel.Load(graph.Model.ToByteArray());
    }

    private sealed class StopAt(CancellationTokenSource stop, int step) : IProgress<TuningProgress>
    {
        public void Report(TuningProgress value)
        {
            if (value.Step == step) stop.Cancel();
        }
    }
}
