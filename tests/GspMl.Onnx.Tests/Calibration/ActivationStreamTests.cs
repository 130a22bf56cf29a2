using GspMl.Onnx.Calibration;
using GspMl.Onnx.Tensors;
using GspMl.Onnx.Tests.Building;

namespace GspMl.Onnx.Tests.Calibration;

public class ActivationStreamTests
{
    [Theory]
    [InlineData("resnet14_bn")]
    [InlineData("mobilenet_mini_bn")]
    [InlineData("vit_tiny")]
    public void Stopping_at_every_layer_ends_at_the_models_own_outputs(string name)
    {
        using var model = OnnxModel.Load(ShippedModels.PathOf($"{name}.onnx"));
        var data = ShippedModels.Digits(20);
        var working = new WorkingModel(model);
        using var stream = new ActivationStream(working, CalibrationInputs.Create(model, data, 20).All());
        foreach (var weight in model.Weights) stream.Advance([LinearLayer.Of(working, weight).Layer!.Input], default);
        stream.Advance(working.Outputs, default);
        var expected = ModelEvaluator.Evaluate(model, data, new() { LatencyRuns = 0 }).Outputs[0].Values;
        var reached = FloatTensor.Of(stream[0, working.Outputs[0]]).Values;
        for (var i = 0; i < expected.Count; i++) Assert.Equal(expected[i], reached[i], 1e-3);
    }

    [Fact]
    public void A_change_of_a_layer_acts_on_what_comes_after_it()
    {
        using var folder = new TemporaryFolder();
        using var model = OnnxModel.Load(TwoLayers().Save(folder["model.onnx"]));
        var working = new WorkingModel(model);
        using var stream = new ActivationStream(working, CalibrationInputs.Create(model, Rows(), 2).All());
        stream.Advance(["x"], default);
        WorkingModel.SetValues(working[model.Weights[0].Location], new double[4]);
        stream.Advance(["h"], default);
        Assert.All(FloatTensor.Of(stream[0, "h"]).Values, value => Assert.Equal(0, value));
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
