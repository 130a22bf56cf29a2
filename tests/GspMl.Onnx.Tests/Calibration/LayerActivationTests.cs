using GspMl.Onnx.Calibration;
using GspMl.Onnx.Tests.Building;

namespace GspMl.Onnx.Tests.Calibration;

public class LayerActivationTests
{
    [Theory]
    [InlineData("lenet300", "fc1.weight", true)]
    [InlineData("lenet300", "fc3.weight", false)]
    [InlineData("resnet14_bn", "blocks.0.conv1.weight", true)]
    [InlineData("resnet14_bn", "blocks.0.conv2.weight", true)]
    [InlineData("mobilenet_mini_bn", "blocks.1.exp.weight", true)]
    [InlineData("mobilenet_mini_bn", "blocks.1.proj.weight", false)]
    public void It_is_found_behind_normalisation_and_skips(string name, string weight, bool isThere)
    {
        using var model = OnnxModel.Load(ShippedModels.PathOf($"{name}.onnx"));
        var working = new WorkingModel(model);
        Assert.Equal(isThere,
            LayerActivation.Of(working, LinearLayer.Of(working, model.Weights.Single(w => w.Name == weight)).Layer!) is not null);
    }

    [Fact]
    public void A_transformers_gelu_is_run_as_its_nodes_stand()
    {
        using var model = OnnxModel.Load(ShippedModels.PathOf("vit_tiny.onnx"));
        var working = new WorkingModel(model);
        var found = model.Weights.Select(weight => LayerActivation.Of(working, LinearLayer.Of(working, weight).Layer!))
            .OfType<LayerActivation>().ToList();
        Assert.Equal(4, found.Count);
        using var gelu = new ActivationFunction(working, found[0], Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Float);
        float[] expected = [-0.158655f, 0, 0.841345f, 3];
        Assert.All(gelu.Of([-1, 0, 1, 3]).Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 0.005f));
    }

    [Theory]
    [InlineData("Relu", true)]
    [InlineData("Softmax", false)]
    public void Only_elementwise_nodes_count(string type, bool isThere)
    {
        var graph = Layer().Node(type, ["h"], ["a"]).Node("MatMul", ["a", "w"], ["y"]);
        Assert.Equal(isThere, Find(graph) is not null);
    }

    [Fact]
    public void A_layer_that_is_also_read_beside_its_activation_has_none()
        => Assert.Null(Find(Layer().Node("Relu", ["h"], ["a"]).Node("MatMul", ["h", "w"], ["b"]).Node("Add", ["a", "b"], ["y"])));

    private static GraphBuilder Layer() => new GraphBuilder().Input("x", "n", 3).Output("y", "n", 3)
        .Initializer(GraphBuilder.Floats("w", GraphBuilder.Random(9), 3, 3))
            .Initializer(GraphBuilder.Floats("v", GraphBuilder.Random(9, 2), 3, 3)).Node("MatMul", ["x", "v"], ["h"]);

    private static LayerActivation? Find(GraphBuilder graph)
    {
        using var folder = new TemporaryFolder();
        using var model = OnnxModel.Load(graph.Save(folder["model.onnx"]));
        var working = new WorkingModel(model);
        return LayerActivation.Of(working, LinearLayer.Of(working, model.Weights.Single(weight => weight.Name == "v")).Layer!);
    }
}
