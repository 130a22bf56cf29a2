using GspMl.Onnx.Proto;
using GspMl.Onnx.Tests.Building;
using GspMl.Projection;
using static GspMl.Onnx.Tests.Building.GraphBuilder;

namespace GspMl.Onnx.Tests.Evaluation;

public sealed class ModelEvaluatorTests : IDisposable
{
    private static readonly EvaluationOptions Untimed = new() { LatencyRuns = 0 };
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("lenet300.onnx", 0.986)]
    [InlineData("lenet5.onnx", 0.991)]
    public void The_dense_models_reach_the_accuracy_they_were_shipped_with(string file, double accuracy)
    {
        using var model = OnnxModel.Load(ShippedModels.PathOf(file));
        Assert.Equal(accuracy, ModelEvaluator.Evaluate(model, ShippedModels.Digits(), Untimed).Accuracy!.Value, 1e-9);
    }

    [Fact]
    public void A_model_agrees_with_itself()
    {
        using var model = OnnxModel.Load(ShippedModels.PathOf("lenet5.onnx"));
        var same = ModelEvaluator.Compare(model, model, ShippedModels.Digits(100), new() { LatencyRuns = 3 });
        Assert.Equal((1.0, 0.0, 0.0, 0.0), (same.Agreement!.Value, same.MaxDifference, same.RmsDifference, same.AccuracyDrop!.Value));
        Assert.True(same.Baseline.SingleRow!.MedianMilliseconds > 0);
        Assert.Equal((1, 64, 3), (same.Baseline.SingleRow.BatchSize, same.Baseline.Batched!.BatchSize, same.Baseline.Batched.Runs));
    }

    [Fact]
    public void A_batch_without_rows_is_refused_and_not_run_for_ever()
    {
        using var model = OnnxModel.Load(ShippedModels.PathOf("lenet300.onnx"));
        foreach (var options in new[] { Untimed with { BatchSize = 0 }, Untimed with { BatchSize = -1 }, Untimed with { MaxThreads = -1 } })
            Assert.Throws<ArgumentOutOfRangeException>(() => ModelEvaluator.Evaluate(model, ShippedModels.Digits(10), options));
    }

    [Fact]
    public void The_compressed_size_is_left_out_where_it_is_not_wanted()
    {
        using var model = OnnxModel.Load(ShippedModels.PathOf("lenet300.onnx"));
        var result = ModelEvaluator.Evaluate(model, ShippedModels.Digits(10), Untimed with { CompressedSize = false });
        Assert.Null(result.GzipBytes);
        Assert.True(result.Bytes > 0);
    }

    [Fact]
    public void Half_zeros_cost_lenet5_little_and_shrink_the_compressed_file()
    {
        using var dense = OnnxModel.Load(ShippedModels.PathOf("lenet5.onnx"));
        using var pruned = ModelPruner.Prune(dense, new() { Target = SparsityTarget.Zeros(0.5), Values = WeightValues.Original }).Model;
        var comparison = ModelEvaluator.Compare(dense, pruned, ShippedModels.Digits(), Untimed);
        Assert.InRange(comparison.Candidate.Accuracy!.Value, 0.98, 1);
        Assert.InRange(comparison.Agreement!.Value, 0.98, 0.9999);
        Assert.True(comparison.MaxDifference >= comparison.RmsDifference && comparison.RmsDifference > 0);
        Assert.Equal(comparison.Baseline.Bytes, comparison.Candidate.Bytes);
        Assert.True(comparison.Candidate.GzipBytes < 0.75 * comparison.Baseline.GzipBytes);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(64)]
    [InlineData(1000)]
    public void The_outputs_do_not_depend_on_the_batch_size(int batch)
    {
        using var model = OnnxModel.Load(ShippedModels.PathOf("lenet300.onnx"));
        var expected = ModelEvaluator.Evaluate(model, ShippedModels.Digits(130), Untimed with { BatchSize = 130 }).Outputs[0];
        var actual = ModelEvaluator.Evaluate(model, ShippedModels.Digits(130), Untimed with { BatchSize = batch }).Outputs[0];
        Assert.Equal(expected.Values.Count, actual.Values.Count);
        Assert.All(expected.Values.Zip(actual.Values), pair => Assert.Equal(pair.First, pair.Second, 1e-3f));
    }

    [Fact]
    public void A_fixed_batch_is_filled_up_and_its_filling_dropped()
    {
        using var model =
            Load(new GraphBuilder().Input("x", 4, 2).Output("y", 4, 3).Initializer(Floats("w", [1, 0, 2, 0, 1, 3], 2, 3))
            .Node("MatMul", ["x", "w"], ["y"]));
        var result =
            ModelEvaluator.Evaluate(model, new([InputTensor.Create(null, Enumerable.Range(0, 12).Select(i => (double)i).ToArray(), 6, 2)]),
            Untimed);
        var expected = Enumerable.Range(0, 6).SelectMany(row => new float[] { 2 * row, 2 * row + 1, 4 * row + 3 * (2 * row + 1) });
        Assert.Equal(expected, result.Outputs[0].Values);
    }

    [Fact]
    public void Several_inputs_are_fed_by_name_and_those_without_rows_whole()
    {
        using var model = Load(new GraphBuilder().Input("a", "n", 2).Input("b", "n", 2).Input("factor").Output("y", "n", 2)
            .Node("Add", ["a", "b"], ["sum"]).Node("Mul", ["sum", "factor"], ["y"]));
        var data = new EvaluationData([
            InputTensor.Create("a", new float[] { 1, 2, 3, 4, 5, 6 }, 3, 2),
            InputTensor.Create("b", new long[] { 10, 20, 30, 40, 50, 60 }, 3, 2),
            InputTensor.Create("factor", new float[] { 2 })]);
        var result = ModelEvaluator.Evaluate(model, data, Untimed with { BatchSize = 2 });
        Assert.Equal([22, 44, 66, 88, 110, 132], result.Outputs[0].Values);
        var error = Assert.Throws<OnnxModelException>(() => ModelEvaluator.Evaluate(model, new([data.Inputs[0], data.Inputs[2]]), Untimed));
        Assert.Contains("'b' has no values", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Values_of_another_shape_are_refused_with_the_inputs_name()
    {
        using var model = OnnxModel.Load(ShippedModels.PathOf("lenet5.onnx"));
        var error =
            Assert.Throws<OnnxModelException>(()
            => ModelEvaluator.Evaluate(model, new([InputTensor.Create(null, new float[20], 2, 10)]), Untimed));
        Assert.Contains("'input' takes [N,1,28,28]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Half_precision_is_fed_and_read()
    {
        var weight = Shaped("w", TensorProto.Types.DataType.Float16, 2, 1);
        weight.Int32Data.Add([BitConverter.HalfToUInt16Bits((Half)0.5), BitConverter.HalfToUInt16Bits((Half)(-2))]);
        using var model =
            Load(new GraphBuilder().Input("x", TensorProto.Types.DataType.Float16, "n", 2)
            .Output("y", TensorProto.Types.DataType.Float16, "n", 1)
            .Initializer(weight).Node("MatMul", ["x", "w"], ["y"]));
        var result = ModelEvaluator.Evaluate(model, new([InputTensor.Create(null, new float[] { 1, 2, 3, 4 }, 2, 2)]), Untimed);
        Assert.Equal([-3.5f, -6.5f], result.Outputs[0].Values);
    }

    [Fact]
    public void Without_cuda_auto_falls_back_and_both_say_what_is_missing()
    {
        using var model = OnnxModel.Load(ShippedModels.PathOf("lenet300.onnx"));
        var auto = ModelEvaluator.Evaluate(model, ShippedModels.Digits(10), Untimed with { Provider = ExecutionProvider.Auto });
        Assert.SkipWhen(auto.Provider == "CUDA", "this machine has CUDA");
        Assert.Equal(("CPU", null), (auto.Provider, auto.Device));
        Assert.StartsWith("CUDA is not available. ", auto.ProviderNote, StringComparison.Ordinal);
        Assert.EndsWith(" The CPU ran the model.", auto.ProviderNote, StringComparison.Ordinal);
        var error =
            Assert.Throws<ProviderUnavailableException>(()
            => ModelEvaluator.Evaluate(model, ShippedModels.Digits(10), Untimed with { Provider = ExecutionProvider.Cuda }));
        Assert.Equal($"{error.Message} The CPU ran the model.", auto.ProviderNote);
        Assert.Matches("Microsoft.ML.OnnxRuntime.Gpu in place of|no NVIDIA driver|too old|no NVIDIA GPU|is not found", error.Message);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(-1)]
    public void A_label_that_is_no_class_of_the_model_is_refused_with_its_row(long label)
    {
        using var model = OnnxModel.Load(ShippedModels.PathOf("lenet300.onnx"));
        var digits = ShippedModels.Digits(3);
        var error = Assert.Throws<OnnxModelException>(() => ModelEvaluator.Evaluate(model, new(digits.Inputs, [0, label, 9]), Untimed));
        Assert.Contains($"row 1 is {label}", error.Message, StringComparison.Ordinal);
        Assert.Contains("0 to 9", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_value_a_row_has_classes_only_by_a_threshold()
    {
        using var model = Load(new GraphBuilder().Input("x", "n", 1).Output("y", "n", 1).Node("Neg", ["x"], ["y"]));
        var data = new EvaluationData([InputTensor.Create(null, new float[] { -2, -0.4f, 0, 3 }, 4, 1)], labels: [1, 1, 0, 0]);

        var judged = ModelEvaluator.Evaluate(model, data, Untimed with { Threshold = 0.5 });
        Assert.Equal([1, 0, 0, 0], judged.Classes);
        Assert.Equal(0.75, judged.Accuracy);
        Assert.True(judged.AccuracyInterval is { Low: < 0.75, High: > 0.75 });

        var error = Assert.Throws<OnnxModelException>(() => ModelEvaluator.Evaluate(model, data, Untimed));
        Assert.Contains("threshold", error.Message, StringComparison.Ordinal);
        Assert.Null(ModelEvaluator.Compare(model, model, new(data.Inputs), Untimed).Agreement);
    }

    private OnnxModel Load(GraphBuilder builder) => OnnxModel.Load(builder.Save(folder["model.onnx"]));
}
