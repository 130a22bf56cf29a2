using GspMl.Onnx.Tests.Building;
using GspMl.Projection;

namespace GspMl.Onnx.Tests.Pruning;

/// <summary>Options that cannot be meant are refused before anything runs, by the name of the property.</summary>
public sealed class OptionTests
{
    private static readonly OnnxModel LeNet5 = OnnxModel.Load(ShippedModels.PathOf("lenet5.onnx"));
    private static readonly PruningOptions Prune = PruningOptions.Paper(SparsityTarget.Zeros(0.5));
    private static readonly ShrinkOptions Shrink = new() { Target = ShrinkTarget.Macs(0.5) };
    private static readonly EvaluationOptions Judge = new() { LatencyRuns = 0 };

    public static TheoryData<string, PruningOptions> Pruning() => new()
    {
        { "Target", Prune with { Target = default } },
        { "Group", Prune with { Group = (WeightGroup)99 } },
        { "Allocation", Prune with { Allocation = null! } },
        { "Score", Prune with { Score = null! } },
        { "Values", Prune with { Values = null! } },
        { "Reconstruction", Prune with { Reconstruction = null! } },
        { "Pattern", Prune with { Pattern = null! } },
        { "Target", Prune with { Pattern = SparsityPattern.Columns(), Target = SparsityTarget.Hoyer(0.5) } },
        { "Group", Prune with { Pattern = SparsityPattern.Columns(), Group = WeightGroup.Kernel } },
        { "Include", Prune with { Include = null! } },
        { "Exclude", Prune with { Exclude = [null!] } },
        { "LayerTargets", Prune with { LayerTargets = [null!] } },
        { "LayerTargets", Prune with { LayerTargets = [new("fc*", default)] } },
        { "LayerTargets", Prune with { LayerTargets = [new(null!, SparsityTarget.Zeros(0.5))] } },
        { "MaxThreads", Prune with { MaxThreads = -1 } },
        { "Calibration", Prune with { Score = WeightScore.Activation } },
        { "Calibration", Prune with { Allocation = SparsityAllocation.Measured } },
        { "Calibration", Prune with { Values = WeightValues.Reconstructed } },
    };

    [Theory]
    [MemberData(nameof(Pruning))]
    public void Of_pruning(string property, PruningOptions options)
        => Assert.Equal(property, Assert.ThrowsAny<ArgumentException>(() => ModelPruner.Prune(LeNet5, options)).ParamName);

    public static TheoryData<string, ReconstructionOptions> Reconstruction() => new()
    {
        { "BatchSize", new() { BatchSize = 0 } },
        { "Ridge", new() { Ridge = 0 } },
        { "Ridge", new() { Ridge = double.NaN } },
        { "SamplesPerInput", new() { SamplesPerInput = double.NaN } },
        { "SamplesPerInput", new() { SamplesPerInput = -1 } },
        { "MinimumSamples", new() { MinimumSamples = -1 } },
        { "Levels", new() { Levels = [0.2, 0.5] } },
        { "Levels", new() { Levels = [0.5, 0.5] } },
        { "Levels", new() { Levels = [1.5] } },
        { "Levels", new() { Levels = [double.NaN] } },
        { "Levels", new() { Levels = [] } },
        { "SearchRounds", new() { SearchRounds = 0 } },
        { "TrialRounds", new() { TrialRounds = 0 } },
        { "RowsPerFilter", new() { RowsPerFilter = double.PositiveInfinity } },
        { "ActivationRounds", new() { ActivationRounds = -1 } },
        { "VariedCopies", new() { VariedCopies = -1 } },
    };

    [Theory]
    [MemberData(nameof(Reconstruction))]
    public void Of_reconstruction_wherever_it_is_used(string property, ReconstructionOptions options)
    {
        var data = ShippedModels.CalibrationDigits(10);
        Assert.Equal(property,
            Assert.ThrowsAny<ArgumentException>(()
            => ModelPruner.Prune(LeNet5, PruningOptions.Accurate(Prune.Target, data) with { Reconstruction = options })).ParamName);
        Assert.Equal(property,
            Assert.ThrowsAny<ArgumentException>(()
            => ModelShrinker.Shrink(LeNet5, ShrinkOptions.Accurate(Shrink.Target, data) with { Reconstruction = options })).ParamName);
    }

    public static TheoryData<string, ShrinkOptions> Shrinking() => new()
    {
        { "Target", Shrink with { Target = default } },
        { "Score", Shrink with { Score = null! } },
        { "Values", Shrink with { Values = null! } },
        { "Values", Shrink with { Values = WeightValues.Projected } },
        { "Multiple", Shrink with { Multiple = 0 } },
        { "LeastShare", Shrink with { LeastShare = double.NaN } },
        { "LeastShare", Shrink with { LeastShare = 1.1 } },
        { "MaxThreads", Shrink with { MaxThreads = -1 } },
        { "Include", Shrink with { Include = [null!] } },
        { "Calibration", Shrink with { Score = WeightScore.Saliency } },
        { "Calibration", Shrink with { Values = WeightValues.Reconstructed } },
    };

    [Theory]
    [MemberData(nameof(Shrinking))]
    public void Of_shrinking(string property, ShrinkOptions options)
        => Assert.Equal(property, Assert.ThrowsAny<ArgumentException>(() => ModelShrinker.Shrink(LeNet5, options)).ParamName);

    public static TheoryData<string, EvaluationOptions> Judging() => new()
    {
        { "Provider", Judge with { Provider = (ExecutionProvider)99 } },
        { "BatchSize", Judge with { BatchSize = 0 } },
        { "LatencyRuns", Judge with { LatencyRuns = -1 } },
        { "WarmUpRuns", Judge with { WarmUpRuns = -1 } },
        { "MaxThreads", Judge with { MaxThreads = -1 } },
        { "Threshold", Judge with { Threshold = double.NaN } },
    };

    [Theory]
    [MemberData(nameof(Judging))]
    public void Of_judging(string property, EvaluationOptions options)
        => Assert.Equal(property,
            Assert.ThrowsAny<ArgumentException>(() => ModelEvaluator.Evaluate(LeNet5, ShippedModels.Digits(5), options)).ParamName);

    [Fact]
    public void Of_saving()
    {
        using var target = new MemoryStream();
        Assert.Equal("Storage", Assert.ThrowsAny<ArgumentException>(() => LeNet5.Save(target, new() { Storage = (WeightStorage)99 }))
            .ParamName);
    }

    [Fact]
    public void Nothing_where_something_must_be_is_named()
    {
        var data = ShippedModels.Digits(5);
        var result = ModelEvaluator.Evaluate(LeNet5, data, Judge);
        Assert.Equal("model", Null(() => ModelPruner.Prune(null!, Prune)));
        Assert.Equal("options", Null(() => ModelPruner.Prune(LeNet5, null!)));
        Assert.Equal("model", Null(() => ModelPruner.Measure(null!)));
        Assert.Equal("model", Null(() => ModelShrinker.Shrink(null!, Shrink)));
        Assert.Equal("options", Null(() => ModelShrinker.Shrink(LeNet5, null!)));
        Assert.Equal("model", Null(() => ModelEvaluator.Evaluate((OnnxModel)null!, data)));
        Assert.Equal("data", Null(() => ModelEvaluator.Evaluate(LeNet5, null!)));
        Assert.Equal("models", Null(() => ModelEvaluator.Evaluate((IReadOnlyList<OnnxModel>)null!, data, Judge)));
        Assert.Equal("options", Null(() => ModelEvaluator.Evaluate([LeNet5], data, null!)));
        Assert.Equal("baseline", Null(() => ModelEvaluator.Compare(null!, LeNet5, data)));
        Assert.Equal("candidate", Null(() => ModelEvaluator.Compare(result, null!)));
        Assert.Equal("inputs", Null(() => new EvaluationData(null!)));
        Assert.Equal("values", Null(() => InputTensor.Create<float>("x", null!, 1)));
        Assert.Equal("path", Null(() => OnnxModel.Load((string)null!)));
        Assert.Equal("stream", Null(() => OnnxModel.Load((Stream)null!)));
        Assert.Equal("calibration", Null(() => PruningOptions.Accurate(Prune.Target, null!)));
        Assert.Equal("calibration", Null(() => ShrinkOptions.Accurate(Shrink.Target, null!)));

        static string? Null(Func<object> call) => Assert.Throws<ArgumentNullException>(() => call()).ParamName;
    }

    [Fact]
    public void Options_and_results_are_equal_by_what_they_hold()
    {
        var one = Prune with { Include = ["a*", "b"], LayerTargets = [new("a", SparsityTarget.Zeros(0.5))] };
        var other = Prune with { Include = [.. new[] { "a*", "b" }], LayerTargets = [new("a", SparsityTarget.Zeros(0.5))] };
        Assert.Equal(one, other);
        Assert.Equal(one.GetHashCode(), other.GetHashCode());
        Assert.NotEqual(one, other with { Include = ["a*"] });
        Assert.Equal(ModelPruner.Prune(LeNet5, Prune).Report, ModelPruner.Prune(LeNet5, Prune).Report);
    }
}
