using System.Runtime.InteropServices;
using Google.Protobuf;
using GspMl.Onnx;
using GspMl.Onnx.Proto;
using GspMl.Onnx.Tests.Building;
using static GspMl.Onnx.Tests.Building.GraphBuilder;
using Element = GspMl.Onnx.Proto.TensorProto.Types.DataType;

namespace GspMl.Training.Tests;

/// <summary>Weights of half precision: trained in single precision, and rounded at the end.</summary>
public sealed class HalfPrecisionTests
{
    private const int Rows = 24;

    [Fact]
    public void A_model_of_half_precision_is_trained_and_stays_one()
    {
        using var dense = Computing();
        using var pruned = Pruned(dense);
        var result = ModelTuner.Tune(pruned, Options(dense));
        Assert.Equal(["bias", "first", "second"], result.Report.Trained.Order());
        Assert.Empty(result.Report.LeftAlone);
        Assert.True(result.Report.Best.HeldBackLoss < 0.7 * result.Report.Epochs[0].HeldBackLoss);
        AssertRounded(pruned, result.Model);
        Assert.Equal((int)Element.Float16, result.Model.Proto.Graph.Input[0].Type.TensorType.ElemType);
    }

    [Fact]
    public void Weights_stored_in_half_precision_are_trained_where_the_model_computes_in_single()
    {
        using var dense = Storing();
        using var pruned = Pruned(dense);
        var result = ModelTuner.Tune(pruned, Options(dense));
        Assert.Equal(["first", "second"], result.Report.Trained.Order());
        Assert.True(result.Report.Best.HeldBackLoss < 0.7 * result.Report.Epochs[0].HeldBackLoss);
        AssertRounded(pruned, result.Model);
    }

    [Fact]
    public void A_run_that_was_broken_off_goes_on_from_the_unrounded_values()
    {
        using var folder = new TemporaryFolder();
        using var dense = Computing();
        using var pruned = Pruned(dense);
        // Steps so small that rounding after each epoch would undo them.
        var options = Options(dense) with { Optimizer = TuningOptimizer.Sgd(1e-5), HeldBack = 0 };
        using var whole = ModelTuner.Tune(pruned, options).Model;
        var kept = options with { Checkpoint = folder["state"] };
        using var stop = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => ModelTuner.Tune(pruned, kept, new StopAt(stop, 20), stop.Token));
        using var resumed = ModelTuner.Tune(pruned, kept).Model;
        Assert.Equal(Digits.Weights(whole), Digits.Weights(resumed));
        Assert.NotEqual(Digits.Weights(pruned), Digits.Weights(whole));
    }

    private static void AssertRounded(OnnxModel before, OnnxModel after)
    {
        Assert.All(after.Weights, weight => Assert.Equal(TensorElementType.Float16, weight.ElementType));
        foreach (var (old, values) in Digits.Weights(before).Zip(Digits.Weights(after)))
        {
            Assert.NotEqual(old, values);
            Assert.Equal(values, values.Select(value => (float)(Half)value));
            Assert.All(old.Zip(values).Where(pair => pair.First == 0), pair => Assert.Equal(0, pair.Second));
        }
    }

    private static OnnxModel Pruned(OnnxModel dense) => ModelPruner.Prune(dense, PruningOptions.Fast(Projection.SparsityTarget.Zeros(0.5)))
        .Model;

    private static TuningOptions Options(OnnxModel dense) => new()
    {
        Data = new([InputTensor.Create("x", GraphBuilder.Random(Rows * 4), Rows, 4)]),
        Teacher = dense,
        Epochs = 20,
        BatchSize = 8,
        HeldBack = 0.2,
        Variation = null,
        Loss = TuningLoss.SquaredError,
        Optimizer = TuningOptimizer.Adam(0.02),
        MaxThreads = 1,
    };

    /// <summary>y = relu(x·first + bias)·second, all of half precision.</summary>
    private static OnnxModel Computing() => Loaded(new GraphBuilder().Input("x", Element.Float16, "n", 4)
        .Output("y", Element.Float16, "n", 3)
        .Initializer(Halves("first", Random(32), 4, 8)).Initializer(Halves("bias", Random(8, 3), 8))
        .Initializer(Halves("second", Random(24, 2), 8, 3))
        .Node("MatMul", ["x", "first"], ["a"]).Node("Add", ["a", "bias"], ["b"]).Node("Relu", ["b"], ["c"])
        .Node("MatMul", ["c", "second"], ["y"]));

    /// <summary>The same without a bias, of single precision but for what is stored.</summary>
    private static OnnxModel Storing() => Loaded(new GraphBuilder().Input("x", "n", 4).Output("y", "n", 3)
        .Initializer(Halves("first", Random(32), 4, 8)).Initializer(Halves("second", Random(24, 2), 8, 3))
        .Node("Cast", ["first"], ["single first"], Attribute("to", (long)Element.Float))
        .Node("Cast", ["second"], ["single second"], Attribute("to", (long)Element.Float))
        .Node("MatMul", ["x", "single first"], ["a"]).Node("Relu", ["a"], ["c"]).Node("MatMul", ["c", "single second"], ["y"]));

    private static OnnxModel Loaded(GraphBuilder graph) => OnnxModel.Load(graph.Model.ToByteArray());

    private static TensorProto Halves(string name, float[] values, params long[] shape)
    {
        var tensor = Shaped(name, Element.Float16, shape);
        Half[] halves = [.. values.Select(value => (Half)value)];
        tensor.RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes<Half>(halves));
        return tensor;
    }

    private sealed class StopAt(CancellationTokenSource stop, int step) : IProgress<TuningProgress>
    {
        public void Report(TuningProgress value)
        {
            if (value.Step == step) stop.Cancel();
        }
    }
}
