using GspMl.Onnx.Proto;
using GspMl.Onnx.Shrinking;
using GspMl.Onnx.Tests.Building;

namespace GspMl.Onnx.Tests.Shrinking;

/// <summary>What is too large for calibration is told before the work.</summary>
public sealed class ShrinkMemoryTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_model_of_more_than_two_gigabytes_is_refused_with_calibration_rows()
    {
        const int Features = 25_000;
        using var model = Model(Features);
        var rows = new EvaluationData([InputTensor.Create("x", new float[2 * Features], 2, Features)]);

        var options = ShrinkOptions.Accurate(ShrinkTarget.Macs(0.3), rows);
        var error = Assert.Throws<OnnxModelException>(() => ModelShrinker.Shrink(model, options));

        Assert.Contains("has 5.0 GB of weights", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_forecast_grows_with_the_model_and_with_its_widest_layer()
    {
        using var small = Model(1000);
        using var large = Model(2000);
        // Six copies of 4 more bytes for each of two layers' weights; moments and weights of one in double, four times.
        Assert.Equal((6 * 2 * 4L * 3_000_000) + (4 * 8 * 2L * 3_000_000), ShrinkMemory.Of(large) - ShrinkMemory.Of(small));
    }

    /// <summary>Two square layers whose data nobody wrote.</summary>
    private OnnxModel Model(int features)
    {
        var builder = new GraphBuilder().Input("x", "n", features).Output("y", "n", features);
        foreach (var name in new[] { "v", "w" })
            builder.Initializer(GraphBuilder.Outside(
                GraphBuilder.Shaped(name, TensorProto.Types.DataType.Float, features, features), "none.data"));
        return OnnxModel.Load(builder.Node("MatMul", ["x", "v"], ["h"]).Node("MatMul", ["h", "w"], ["y"]).Save(folder["model.onnx"]));
    }
}
