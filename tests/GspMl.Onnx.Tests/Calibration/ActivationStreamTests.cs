using GspMl.Onnx.Calibration;
using GspMl.Onnx.Tensors;
using GspMl.Onnx.Tests.Building;

namespace GspMl.Onnx.Tests.Calibration;

public class ActivationStreamTests
{
    private const long Unbounded = long.MaxValue;

    [Theory]
    [InlineData("resnet14_bn", Unbounded)]
    [InlineData("mobilenet_mini_bn", Unbounded)]
    [InlineData("vit_tiny", Unbounded)]
    [InlineData("resnet14_bn", 400_000)]
    [InlineData("resnet14_bn", 0)]
    [InlineData("vit_tiny", 0)]
    public void Stopping_at_every_layer_ends_at_the_models_own_outputs(string name, long budget)
    {
        using var model = OnnxModel.Load(ShippedModels.PathOf($"{name}.onnx"));
        var data = ShippedModels.Digits(20);
        var working = new WorkingModel(model);
        using var stream = new ActivationStream(working, CalibrationInputs.Create(model, data, 8).All(), budget);
        foreach (var weight in model.Weights) stream.Advance([LinearLayer.Of(working, weight).Layer!.Input], default);
        stream.Advance(working.Outputs, default);
        var expected = ModelEvaluator.Evaluate(model, data, new() { LatencyRuns = 0 }).Outputs[0].Values;
        var reached = Enumerable.Range(0, stream.Batches).SelectMany(b => FloatTensor.Of(stream[b, working.Outputs[0]]).Values).ToList();
        Assert.Equal(expected.Count, reached.Count);
        for (var i = 0; i < expected.Count; i++) Assert.Equal(expected[i], reached[i], 1e-3);
    }

    [Theory]
    [InlineData(Unbounded)]
    [InlineData(0)]
    public void A_change_of_a_layer_acts_on_what_comes_after_it(long budget)
    {
        using var folder = new TemporaryFolder();
        using var model = OnnxModel.Load(TwoLayers().Save(folder["model.onnx"]));
        var working = new WorkingModel(model);
        using var stream = new ActivationStream(working, CalibrationInputs.Create(model, Rows(), 1).All(), budget);
        stream.Advance(["x"], default);
        WorkingModel.SetValues(working[model.Weights[0].Location], new double[4]);
        stream.Advance(["h"], default);
        for (var b = 0; b < 2; b++) Assert.All(FloatTensor.Of(stream[b, "h"]).Values, value => Assert.Equal(0, value));
    }

    /// <summary>What is not held is run again with the weights as they are when the stream goes on.</summary>
    [Fact]
    public void Batches_that_are_not_held_are_run_again_with_the_changed_weights()
    {
        using var folder = new TemporaryFolder();
        using var model = OnnxModel.Load(TwoLayers().Save(folder["model.onnx"]));
        var working = new WorkingModel(model);
        using var stream = new ActivationStream(working, CalibrationInputs.Create(model, Rows(), 1).All(), budget: 0);
        stream.Advance(["h"], default);
        Assert.Equal([7, 10], FloatTensor.Of(stream[0, "h"]).Values);
        Assert.Equal([15, 22], FloatTensor.Of(stream[1, "h"]).Values);
        Assert.Empty(stream.NodesTo("h"));
        WorkingModel.SetValues(working[model.Weights[0].Location], [1, 0, 0, 1]);
        stream.Advance(["y"], default);
        Assert.Equal([19, 22], FloatTensor.Of(stream[0, "y"]).Values);
        Assert.Equal([43, 50], FloatTensor.Of(stream[1, "y"]).Values);
    }

    [Fact]
    public void The_rest_of_the_model_runs_with_other_weights_fed_in()
    {
        using var folder = new TemporaryFolder();
        using var model = OnnxModel.Load(TwoLayers().Save(folder["model.onnx"]));
        var working = new WorkingModel(model);
        using var stream = new ActivationStream(working, CalibrationInputs.Create(model, Rows(), 2).All());
        stream.Advance(["h"], default);
        using var rest = stream.Rest(new Dictionary<string, int> { ["b"] = 1 });
        using var doubled = Microsoft.ML.OnnxRuntime.OrtValue.CreateTensorValueFromMemory(new float[] { 2, 0, 0, 2 }, [2L, 2L]);
        var result = stream.Run(rest, 0, new Dictionary<string, Microsoft.ML.OnnxRuntime.OrtValue> { ["b"] = doubled });
        var hidden = FloatTensor.Of(stream[0, "h"]).Values;
        Assert.Equal(hidden.Select(value => 2 * value), FloatTensor.Of(result[0]).Values);
        result[0].Dispose();
    }

    private static EvaluationData Rows() => new([InputTensor.Create("x", new float[] { 1, 2, 3, 4 }, 2, 2)]);

    private static GraphBuilder TwoLayers() => new GraphBuilder()
        .Input("x", "n", 2).Output("y", "n", 2)
        .Initializer(GraphBuilder.Floats("a", [1, 2, 3, 4], 2, 2)).Initializer(GraphBuilder.Floats("b", [5, 6, 7, 8], 2, 2))
        .Node("MatMul", ["x", "a"], ["h"]).Node("MatMul", ["h", "b"], ["y"]);
}
