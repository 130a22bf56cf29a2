using GspMl.Onnx.Tests.Building;
using GspMl.Onnx.Weights;
using GspMl.Projection;

namespace GspMl.Onnx.Tests.Shrinking;

/// <summary>Layers of a model that was pruned before are refitted without their zeros coming back.</summary>
public sealed class PrunedBeforeTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("magnitude")]
    [InlineData("saliency")]
    public void Zeros_of_a_pruned_model_in_memory_stay_zeros(string score) => Check(score, pruned => pruned);

    [Fact]
    public void Zeros_of_a_pruned_file_stay_zeros() => Check("saliency", pruned =>
    {
        pruned.Save(folder["pruned.onnx"]);
        return OnnxModel.Load(folder["pruned.onnx"]);
    });

    /// <summary>Every weight that is left of one that was zero is zero, and others were fitted anew.</summary>
    private static void Check(string score, Func<OnnxModel, OnnxModel> second)
    {
        using var model = OnnxModel.Load(ShippedModels.PathOf("lenet300.onnx"));
        using var first = ModelPruner.Prune(model, new() { Target = SparsityTarget.Zeros(0.6) }).Model;
        using var pruned = second(first);

        var (smaller, report) = ModelShrinker.Shrink(pruned, new()
        {
            Target = ShrinkTarget.Macs(0.4),
            Calibration = ShippedModels.CalibrationDigits(200),
            Score = score == "saliency" ? WeightScore.Saliency : WeightScore.Magnitude,
            Values = WeightValues.Reconstructed,
        });

        using var _ = smaller;
        IReadOnlyList<int>[] kept = [.. report.Sets.Where(set => set.IsFree).Select(set => set.Kept)];
        Assert.All(kept, set => Assert.True(set.Count > 1));
        for (var i = 0; i < smaller.Weights.Count; i++)
        {
            var (before, after) = (Values(pruned, i), Values(smaller, i));
            var (outputs, inputs) = (after.GetLength(0), after.GetLength(1));
            var changed = 0;
            for (var o = 0; o < outputs; o++)
                for (var j = 0; j < inputs; j++)
                {
                    var was = before[i < kept.Length ? kept[i][o] : o, i > 0 ? kept[i - 1][j] : j];
                    if (was == 0) Assert.Equal(0, after[o, j]);
                    else if (was != after[o, j]) changed++;
                }
            Assert.True(changed > 0);
        }
    }

    /// <summary>A weight [outputs, inputs].</summary>
    private static double[,] Values(OnnxModel model, int index)
    {
        var weight = model.Weights[index];
        var values = WeightCodec<double>.Decode(model.Elements, weight);
        var matrix = new double[weight.Shape[0], weight.Shape[1]];
        for (var i = 0; i < values.Length; i++) matrix[i / weight.Shape[1], i % weight.Shape[1]] = values[i];
        return matrix;
    }
}
