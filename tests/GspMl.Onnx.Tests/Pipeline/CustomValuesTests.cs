using GspMl.Onnx.Tests.Building;
using GspMl.Projection;

namespace GspMl.Onnx.Tests.Pipeline;

/// <summary>Values as users write them: by what is public alone.</summary>
public sealed class CustomValuesTests
{
    private static readonly PruningOptions Options = new() { Target = SparsityTarget.Zeros(0.6) };

    private static OnnxModel LeNet5() => OnnxModel.Load(ShippedModels.PathOf("lenet5.onnx"));

    private sealed class Each(Func<double, double> value) : LayerValues
    {
        public override void Fill(LayerContext layer, Span<double> values)
        {
            for (var i = 0; i < values.Length; i++) values[i] = value(layer.Values[i]);
        }
    }

    [Fact]
    public void What_stays_gets_the_values_and_what_went_stays_zero()
    {
        var model = LeNet5();
        var original = ModelPruner.Prune(model, Options with { Values = WeightValues.Original }).Model;
        var doubled = ModelPruner.Prune(model, Options with { Values = new Each(value => 2 * value) });
        Assert.Equal(0.6, doubled.Report.Zeros, 0.01);
        foreach (var (a, b) in original.Weights.Zip(doubled.Model.Weights))
            Assert.Equal(LayerContext.Of(original, a).Values.ToArray().Select(value => 2 * value), LayerContext.Of(doubled.Model, b)
                .Values.ToArray());
    }

    [Fact]
    public void A_value_that_is_no_number_is_named_with_its_place()
    {
        var error =
            Assert.Throws<InvalidOperationException>(()
            => ModelPruner.Prune(LeNet5(), Options with { Values = new Each(_ => double.NaN) }));
        Assert.Contains("Each put NaN into tensor", error.Message, StringComparison.Ordinal);
    }
}
