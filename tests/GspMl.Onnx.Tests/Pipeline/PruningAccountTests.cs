using GspMl.Onnx.Allocation;
using GspMl.Onnx.Pipeline;
using GspMl.Onnx.Tests.Building;
using GspMl.Projection;

namespace GspMl.Onnx.Tests.Pipeline;

public sealed class PruningAccountTests : IDisposable
{
    private static readonly SparsityTarget Target = SparsityTarget.Zeros(0.5);
    private readonly OnnxModel model = OnnxModel.Load(ShippedModels.PathOf("lenet300.onnx"));

    public void Dispose() => model.Dispose();

    private PrunableWeight Weight => model.Weights[0];

    [Theory]
    [InlineData(0.0, "at 50.0% zeros by 0.20% of their variance")]
    [InlineData(0.3, "at 50.0% zeros by 0.20% of their variance")]
    [InlineData(0.5, "at 50.0% zeros by 0.20%, at 75.0% zeros by 3.00% of their variance")]
    [InlineData(0.8, "at 75.0% zeros by 3.00% of their variance")]
    public void A_measured_layer_is_explained_by_the_levels_around_what_was_chosen(double zeros, string reason)
    {
        var levels =
            new[] { new SparsityLevel(Weight.Count, 0), new SparsityLevel(Weight.Count / 2, 0.002),
            new SparsityLevel(Weight.Count / 4, 0.03) };
        var account =
            new PruningAccount(Nothing<string>(), new Dictionary<PrunableWeight, IReadOnlyList<SparsityLevel>> { [Weight] = levels },
            Nothing<double>());

        var explained = account.Explain(new(Weight, Target, false), Pruned(zeros));

        Assert.Equal($"pruned alone, it changed the model's outputs {reason}",
            explained.Reason.Replace(" %", "%", StringComparison.Ordinal));
        Assert.Equal([0, 0.5, 0.75], explained.Levels.Select(level => level.Zeros));
    }

    [Fact]
    public void What_could_not_be_calibrated_says_why_and_what_was_fitted_says_how_well()
    {
        var obstacle =
            new PruningAccount(new Dictionary<PrunableWeight, string> { [Weight] = "its input is unknown" },
            Nothing<IReadOnlyList<SparsityLevel>>(), Nothing<double>());
        var fitted =
            new PruningAccount(Nothing<string>(), Nothing<IReadOnlyList<SparsityLevel>>(), new Dictionary<PrunableWeight,
            double>
            { [Weight] = 0.25 });

        Assert.Equal("a pattern set its target; not calibrated: its input is unknown",
            obstacle.Explain(new(Weight, Target, true), Pruned(0.5)).Reason);
        Assert.Contains("25.0", fitted.Explain(new(Weight, Target, false), Pruned(0.5)).Reason, StringComparison.Ordinal);
        Assert.Equal(0.25, fitted.Explain(new(Weight, Target, false), Pruned(0.5)).OutputError);
    }

    private static Dictionary<PrunableWeight, T> Nothing<T>() => [];

    private LayerPruning Pruned(double zeros) => new()
    {
        Weight = Weight,
        Target = Target,
        Before = new(Weight, 0, 0.2),
        After = new(Weight, (long)(zeros * Weight.Count), 0.4),
        Multiplier = 1,
        Ending = ProjectionEnding.Met,
    };
}
