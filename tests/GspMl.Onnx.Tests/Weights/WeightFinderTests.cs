using GspMl.Onnx.Tests.Building;
using static GspMl.Onnx.Tests.Building.GraphBuilder;

namespace GspMl.Onnx.Tests.Weights;

public sealed class WeightFinderTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("lenet300.onnx", new[] { "300,784", "100,300", "10,100" })]
    [InlineData("lenet5.onnx", new[] { "20,1,5,5", "50,20,5,5", "500,800", "10,500" })]
    public void The_shipped_models_weights_are_found_in_order(string file, string[] shapes)
    {
        using var model = OnnxModel.Load(ShippedModels.PathOf(file));
        Assert.Equal(shapes, model.Weights.Select(w => string.Join(',', w.Shape)));
    }

    [Fact]
    public void Biases_are_left_alone_with_the_reason()
    {
        using var model = OnnxModel.Load(ShippedModels.PathOf("lenet5.onnx"));
        Assert.Equal(4, model.Skipped.Count(s => s.Reason.StartsWith("it is the bias of ", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_constant_node_is_a_weight_and_is_called_after_its_output()
    {
        using var model = Load(new GraphBuilder().Input("x", "n", 3).Output("y", "n", 2)
            .Node("Constant", [], ["c"], Attribute("value", Floats("", Random(6), 3, 2)))
            .Node("MatMul", ["x", "c"], ["y"]));
        Assert.Equal("c", Assert.Single(model.Weights).Name);
    }

    [Fact]
    public void A_tensor_shared_by_two_nodes_is_one_weight()
    {
        using var model = Load(new GraphBuilder().Input("x", "n", 3).Output("y", "n", 3)
            .Initializer(Floats("w", Random(9), 3, 3))
            .Node("MatMul", ["x", "w"], ["h"]).Node("MatMul", ["h", "w"], ["y"]));
        Assert.Equal(["matmul_h", "matmul_y"], Assert.Single(model.Weights).Nodes);
    }

    [Fact]
    public void A_tensor_that_something_else_reads_too_is_left_alone()
    {
        using var model = Load(new GraphBuilder().Input("x", "n", 3).Output("y", "n", 3).Output("z", 3, 3)
            .Initializer(Floats("w", Random(9), 3, 3))
            .Node("MatMul", ["x", "w"], ["y"]).Node("Relu", ["w"], ["z"]));
        Assert.Empty(model.Weights);
        Assert.Equal("Relu 'relu_z' reads it, besides MatMul 'matmul_y'", Assert.Single(model.Skipped).Reason);
    }

    [Fact]
    public void A_file_that_is_no_model_is_named()
    {
        File.WriteAllText(folder["broken.onnx"], "no model");
        var error = Assert.Throws<OnnxModelException>(() => OnnxModel.Load(folder["broken.onnx"]));
        Assert.Contains("broken.onnx", error.Message, StringComparison.Ordinal);
        Assert.Contains("missing.onnx", Assert.Throws<OnnxModelException>(() => OnnxModel.Load(folder["missing.onnx"])).Message,
            StringComparison.Ordinal);
    }

    private OnnxModel Load(GraphBuilder builder) => OnnxModel.Load(builder.Save(folder["model.onnx"]));
}
