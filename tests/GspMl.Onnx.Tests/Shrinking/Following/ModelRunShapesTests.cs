using GspMl.Onnx.Shrinking.Following;
using GspMl.Onnx.Tests.Building;

namespace GspMl.Onnx.Tests.Shrinking.Following;

/// <summary>Shapes are found without a model's weights in memory.</summary>
public sealed class ModelRunShapesTests
{
    [Theory]
    [InlineData("resnet14_bn")]
    [InlineData("vit_tiny")]
    public void Large_weights_handed_to_parts_lead_to_the_same_shapes(string name)
    {
        using var model = OnnxModel.Load(ShippedModels.PathOf($"{name}.onnx"));
        var (whole, parts) = (ModelRunShapes.Of(model, null), ModelRunShapes.Of(model, null, most: 0));

        Assert.All(model.Proto.Graph.Node.SelectMany(node => node.Output), tensor =>
        {
            Assert.Equal(whole.Of(tensor), parts.Of(tensor));
            Assert.Equal(whole.TypeOf(tensor), parts.TypeOf(tensor));
        });
    }
}
