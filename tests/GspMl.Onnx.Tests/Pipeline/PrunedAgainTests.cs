using GspMl.Onnx.Tests.Building;
using GspMl.Projection;

namespace GspMl.Onnx.Tests.Pipeline;

/// <summary>A model that was pruned in memory goes on as what it is, written or not.</summary>
public sealed class PrunedAgainTests
{
    private static readonly SparsityTarget Half = SparsityTarget.Zeros(0.5);

    [Fact]
    public void Pruned_again_without_data_it_keeps_what_it_was()
        => Check(first => ModelPruner.Prune(first, new() { Target = Half, Include = ["fc2*"] }).Model);

    [Fact]
    public void Pruned_again_with_fits_it_keeps_what_it_was()
        => Check(first => ModelPruner.Prune(first, PruningOptions.Accurate(Half, ShippedModels.CalibrationDigits(60)) with
        {
            Include = ["fc2*"],
        }).Model);

    [Fact]
    public void Shrunk_by_what_rows_say_it_keeps_what_it_was()
        => Check(first => ModelShrinker.Shrink(first, new()
        {
            Target = ShrinkTarget.Macs(0.02),
            Include = ["fc2*"],
            Calibration = ShippedModels.CalibrationDigits(60),
            Score = WeightScore.Saliency,
            Values = WeightValues.Original,
        }).Model);

    /// <summary>Half of the first layer is zero before, and after what is done to the others.</summary>
    private static void Check(Func<OnnxModel, OnnxModel> second)
    {
        using var model = OnnxModel.Load(ShippedModels.PathOf("lenet300.onnx"));
        using var first = ModelPruner.Prune(model, new() { Target = Half, Include = ["fc1*"] }).Model;

        using var result = second(first);

        var layer = ModelPruner.Measure(result).Single(layer => layer.Weight.Name.StartsWith("fc1", StringComparison.Ordinal));
        Assert.Equal(0.5, layer.Zeros, 0.01);
    }
}
