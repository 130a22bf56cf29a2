using GspMl.Onnx.Calibration;
using GspMl.Onnx.Tensors;
using GspMl.Onnx.Tests.Building;

namespace GspMl.Onnx.Tests.Calibration;

public class ResidualSkipTests
{
    [Theory]
    [InlineData("resnet14_bn", "blocks.0.conv1.weight", false)]
    [InlineData("resnet14_bn", "blocks.0.conv2.weight", true)]
    [InlineData("resnet14_bn", "fc.weight", false)]
    [InlineData("lenet300", "fc1.weight", false)]
    public void It_is_found_behind_normalisation(string name, string weight, bool isThere)
    {
        using var model = OnnxModel.Load(ShippedModels.PathOf($"{name}.onnx"));
        var working = new WorkingModel(model);
        Assert.Equal(isThere, ResidualSkip.Of(working, Layer(model, working, weight)) is not null);
    }

    [Fact]
    public void Half_of_a_transformers_layers_write_into_a_stream()
    {
        using var model = OnnxModel.Load(ShippedModels.PathOf("vit_tiny.onnx"));
        var working = new WorkingModel(model);
        var blocks = model.Weights.Where(weight => weight.Operator == "MatMul").Select(weight => LinearLayer.Of(working, weight).Layer!)
            .ToList();
        var skips = blocks.Select(layer => ResidualSkip.Of(working, layer)).OfType<ResidualSkip>().ToList();
        Assert.InRange(skips.Count, 2, blocks.Count / 2);
        Assert.All(skips, skip => Assert.All(skip.Gain, gain => Assert.Equal(1, gain)));
    }

    [Fact]
    public void The_restored_output_gives_the_dense_sum_over_the_pruned_skip()
    {
        var skip = new ResidualSkip("s", [2, -0.5], FilterAxis: 1);
        var (output, dense, pruned) = (Tensor(1, 2, 3, 4), Tensor(5, 6, 7, 8), Tensor(5, 5, 9, 8));
        var restored = skip.Restore(output, dense, pruned);
        for (var i = 0; i < 4; i++)
            Assert.Equal((skip.Gain[i / 2] * output.Values[i]) + dense.Values[i],
                (skip.Gain[i / 2] * restored.Values[i]) + pruned.Values[i], 1e-5);
    }

    [Fact]
    public void A_filter_that_is_silenced_behind_the_layer_makes_up_for_nothing()
    {
        var skip = new ResidualSkip("s", [1, 1e-6], FilterAxis: 1);
        Assert.Equal([2, 3, 3, 4], skip.Restore(Tensor(1, 2, 3, 4), Tensor(1, 1, 1, 1), Tensor(0, 0, 0, 0)).Values);
    }

    [Fact]
    public void A_skip_that_is_broadcast_changes_nothing()
    {
        var output = Tensor(1, 2, 3, 4);
        Assert.Same(output, new ResidualSkip("s", [1, 1], FilterAxis: 1).Restore(output, new([1, 1], [1, 2, 1]), new([2, 2], [1, 2, 1])));
    }

    private static FloatTensor Tensor(params float[] values) => new(values, [1, 2, 2]);

    private static LinearLayer Layer(OnnxModel model, WorkingModel working, string weight)
        => LinearLayer.Of(working, model.Weights.Single(w => w.Name == weight)).Layer!;
}
