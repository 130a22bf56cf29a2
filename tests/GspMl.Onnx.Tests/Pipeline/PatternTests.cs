using GspMl.Onnx.Patterns;
using GspMl.Onnx.Tests.Building;
using GspMl.Projection;

namespace GspMl.Onnx.Tests.Pipeline;

public sealed class PatternTests
{
    private static readonly OnnxModel LeNet300 = OnnxModel.Load(ShippedModels.PathOf("lenet300.onnx"));
    private static readonly OnnxModel LeNet5 = OnnxModel.Load(ShippedModels.PathOf("lenet5.onnx"));

    private static readonly Dictionary<string, SparsityPattern> Patterns = new()
    {
        ["columns"] = SparsityPattern.Columns(32),
        ["2:4"] = SparsityPattern.OfEvery(2, 4),
        ["blocks"] = SparsityPattern.Blocks(10, 4),
    };

    private static readonly Dictionary<string, WeightScore> Scores = new()
    {
        ["magnitude"] = WeightScore.Magnitude,
        ["activation"] = WeightScore.Activation,
        ["saliency"] = WeightScore.Saliency,
    };

    public static TheoryData<string, string, string> Choices()
    {
        var choices = new TheoryData<string, string, string>();
        foreach (var pattern in Patterns.Keys)
            foreach (var score in Scores.Keys)
                foreach (var values in new[] { "projected", "original", "reconstructed" }) choices.Add(pattern, score, values);
        return choices;
    }

    [Theory]
    [MemberData(nameof(Choices))]
    public void Every_pattern_goes_with_every_score_and_all_values(string pattern, string score, string values)
    {
        var options = new PruningOptions
        {
            Target = SparsityTarget.Zeros(0.5),
            Pattern = Patterns[pattern],
            Score = Scores[score],
            Values = values == "projected" ? WeightValues.Projected : values == "original" ? WeightValues.Original
                : WeightValues.Reconstructed,
            Calibration = score == "magnitude" && values != "reconstructed" ? null : ShippedModels.CalibrationDigits(60),
            Reconstruction = new() { VariedCopies = 0, SearchRounds = 1, RowsPerFilter = 0 },
        };

        using var pruned = Pruned(LeNet300, options, out var report);

        Assert.InRange(report.Zeros, 0.5, 0.502);
        Assert.All(report.Layers, layer => AssertHolds(pruned, layer, options.Pattern));
    }

    [Theory]
    [InlineData("gsp-scaled")]
    [InlineData("layer")]
    [InlineData("measured")]
    public void Layers_share_what_stays_by_every_allocation(string allocation)
    {
        var options = new PruningOptions
        {
            Target = SparsityTarget.Zeros(0.7),
            Pattern = SparsityPattern.Columns(),
            Group = allocation == "layer" ? WeightGroup.Layer : WeightGroup.Filter,
            Allocation = allocation == "gsp-scaled" ? SparsityAllocation.GspScaled
                : allocation == "layer" ? SparsityAllocation.Gsp : SparsityAllocation.Measured,
            Values = WeightValues.Original,
            Calibration = allocation == "measured" ? ShippedModels.CalibrationDigits(60) : null,
        };

        using var pruned = Pruned(LeNet300, options, out var report);

        Assert.InRange(report.Zeros, 0.7, 0.702);
        Assert.NotEqual(report.Layers[0].After.Zeros, report.Layers[1].After.Zeros, 0.01);
        Assert.All(report.Layers, layer => AssertHolds(pruned, layer, options.Pattern));
    }

    [Fact]
    public void Layers_that_a_pattern_does_not_fit_are_left_alone_with_the_reason()
    {
        using var pruned = Pruned(LeNet5, Simple(SparsityPattern.OfEvery(2, 4), 0.5), out var report);

        var left = Assert.Single(report.Skipped, tensor => tensor.Name == "conv1.weight");
        Assert.Equal("its 1 input channels are no multiple of 4", left.Reason);
        Assert.All(report.Layers, layer => Assert.Equal(0.5, layer.After.Zeros, 1e-9));
    }

    [Fact]
    public void More_zeros_than_a_pattern_can_have_are_refused_with_the_most()
    {
        var error = Assert.Throws<OnnxModelException>(() => ModelPruner.Prune(LeNet300, Simple(SparsityPattern.Columns(), 0.9999)));

        Assert.Contains("99.99 % zeros are out of reach of columns of 64", error.Message, StringComparison.Ordinal);
        var most = double.Parse(error.Message[(error.Message.LastIndexOf(' ') + 1)..^1], System.Globalization.CultureInfo.InvariantCulture);
        using var pruned = Pruned(LeNet300, Simple(SparsityPattern.Columns(), most), out var report);
        Assert.True(report.Zeros >= most);
    }

    [Fact]
    public void A_pattern_that_fixes_the_zeros_refuses_another_target_and_names_its_own()
    {
        var error = Assert.Throws<ArgumentException>(() => ModelPruner.Prune(LeNet300, Simple(SparsityPattern.OfEvery(1, 4), 0.5)));

        Assert.Contains("the nearest target is 0.75", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_that_were_zero_before_do_not_change_how_many_columns_stay()
    {
        using var scattered = Pruned(LeNet300, Simple(SparsityPattern.Scattered, 0.4), out _);
        var options = Simple(SparsityPattern.Columns(), 0.5) with
        {
            Score = WeightScore.Saliency,
            Values = WeightValues.Reconstructed,
            Calibration = ShippedModels.CalibrationDigits(60),
            Reconstruction = new() { VariedCopies = 0, SearchRounds = 1, RowsPerFilter = 0 },
        };

        using var pruned = Pruned(scattered, options, out var report);

        Assert.InRange(report.Zeros, 0.5, 0.502);
    }

    [Fact]
    public void Patterns_are_equal_by_what_they_are()
    {
        Assert.Equal(SparsityPattern.Columns(64), SparsityPattern.Columns());
        Assert.NotEqual(SparsityPattern.Columns(32), SparsityPattern.Columns());
        Assert.Equal(SparsityPattern.OfEvery(2, 4).GetHashCode(), SparsityPattern.OfEvery(2, 4).GetHashCode());
        Assert.Throws<ArgumentOutOfRangeException>(() => SparsityPattern.OfEvery(4, 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => SparsityPattern.Blocks(0, 4));
    }

    private static PruningOptions Simple(SparsityPattern pattern, double zeros)
        => new() { Target = SparsityTarget.Zeros(zeros), Pattern = pattern, Values = WeightValues.Original };

    private static OnnxModel Pruned(OnnxModel model, PruningOptions options, out PruningReport report)
    {
        (var pruned, report) = ModelPruner.Prune(model, options);
        return pruned;
    }

    /// <summary>Every unit is zero or not as a whole, but for weights that happen to be zero; cells keep equally many.</summary>
    private static void AssertHolds(OnnxModel pruned, LayerPruning layer, SparsityPattern pattern)
    {
        if (pattern.IsColumns)
        {
            AssertHasColumns(pruned, layer, pattern);
            return;
        }
        var layout = pattern.Layout(layer.Weight)!;
        var values = LayerContext.Of(pruned, layer.Weight).Values;
        var units = new bool[layout.Units];
        for (var i = 0; i < values.Length; i++) units[layout.UnitOf[i]] |= values[i] != 0;
        var counts = units.Chunk(layout.CellSize).Select(cell => cell.Count(stays => stays)).Distinct().ToList();
        // A filter that calibration rows never need may lose a weight that the pattern keeps.
        Assert.True(counts.Max() <= layout.CellSize - 1 || layer.After.Zeros < 0.01, $"{layer.Weight.Name}: {counts.Max()}");
        if (pattern.FixedZeros is { } zeros) Assert.True(counts.Max() <= Math.Round((1 - zeros) * layout.CellSize));
        else Assert.True(counts.Max() - counts.Min() <= 1, $"{layer.Weight.Name}: {counts.Min()} to {counts.Max()} units a cell");
    }

    /// <summary>Every block reads as many channels as the zeros say, whichever filters are in it.</summary>
    private static void AssertHasColumns(OnnxModel pruned, LayerPruning layer, SparsityPattern pattern)
    {
        var layout = pattern.Layout(layer.Weight)!;
        var sets = ColumnSets.Of(LayerContext.Of(pruned, layer.Weight).Values, LayerShape.Of(layer.Weight.View), least: 8);
        var kept = (1 - layer.After.Zeros) * layout.CellSize;
        Assert.True(sets.Kept <= kept + 1.5, $"{layer.Weight.Name}: {sets.Kept} of {kept:F1} channels in blocks of {sets.Block}");
    }
}
