using GspMl.Onnx.Tests.Building;

namespace GspMl.Onnx.Tests.Shrinking;

public sealed class ShippedNetsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("lenet300", 0.5)]
    [InlineData("lenet5", 0.3)]
    [InlineData("lenet5", 0.7)]
    [InlineData("resnet14_bn", 0.5)]
    [InlineData("mobilenet_mini_bn", 0.5)]
    [InlineData("vit_tiny", 0.25)]
    public void The_smaller_model_computes_what_the_masked_one_does(string name, double macs)
    {
        using var model = OnnxModel.Load(ShippedModels.PathOf($"{name}.onnx"));

        var (smaller, report) = ModelShrinker.Shrink(model, new() { Target = ShrinkTarget.Macs(macs), Multiple = 1 });
        using (smaller) smaller.Save(folder["smaller.onnx"]);

        Assert.True(MaskedModel.Write(model.Path, folder["smaller.onnx"], folder["masked.onnx"]) > 0);
        Agreement.IsExact(folder["masked.onnx"], folder["smaller.onnx"], ShippedModels.Digits(50));
        Assert.True(report.MacsGone >= macs, $"{report.MacsGone}");
    }
}
