using GspMl.Onnx;
using GspMl.Onnx.Tests.Building;
using GspMl.Projection;

namespace GspMl.Training.Tests;

/// <summary>Which state of a run is taken up, and what is said of one that is not.</summary>
public sealed class CheckpointTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly OnnxModel dense = Digits.Model("lenet300");
    private readonly OnnxModel pruned;

    public CheckpointTests() => pruned = ModelPruner.Prune(dense, PruningOptions.Fast(SparsityTarget.Zeros(0.9))).Model;

    private TuningOptions Options => Digits.Short(dense) with { Checkpoint = folder["state"], Epochs = 1, Data = ShippedModels.Digits(20) };

    public void Dispose()
    {
        pruned.Dispose();
        dense.Dispose();
        folder.Dispose();
    }

    public static TheoryData<string> Differences =>
    [
        "the teacher", "the rows", "the labels", "epochs (1 there, 2 here)", "the optimizer", "the loss", "the share of labels",
        "the part held back (0.2 there, 0.3 here)", "patience (none there, 3 here)", "the seed (1 there, 2 here)",
        "the variation of rows", "normalization", "the projection",
    ];

    [Theory]
    [MemberData(nameof(Differences))]
    public void The_state_of_a_run_that_differs_is_refused_by_what_differs(string difference)
    {
        ModelTuner.Tune(pruned, Options);

        var error = Refusal(Changed(difference));

        Assert.StartsWith(folder["state"], error, StringComparison.Ordinal);
        Assert.Contains($"another run, in which these differ: {difference}", error, StringComparison.Ordinal);
    }

    private TuningOptions Changed(string difference) => difference.Split(" (")[0] switch
    {
        "the teacher" => Options with { Teacher = null },
        "the rows" => Options with { Data = new(Blackened(), Options.Data.Labels) },
        "the labels" => Options with { Data = new(Options.Data.Inputs, [.. Options.Data.Labels!.Select(label => 9 - label)]) },
        "epochs" => Options with { Epochs = 2 },
        "the optimizer" => Options with { Optimizer = TuningOptimizer.Adam() with { Epsilon = 1e-7 } },
        "the loss" => Options with { Loss = TuningLoss.SquaredError },
        "the share of labels" => Options with { LabelShare = 0.25 },
        "the part held back" => Options with { HeldBack = 0.3 },
        "patience" => Options with { Patience = 3 },
        "the seed" => Options with { Seed = 2 },
        "the variation of rows" => Options with { Variation = null },
        "normalization" => Options with { Normalization = TuningNormalization.Training },
        _ => Options with { Sparsity = TuningSparsity.Induced(PruningOptions.Paper(SparsityTarget.Zeros(0.5)), every: 1) },
    };

    /// <summary>The same rows, but for one number of the last.</summary>
    private InputTensor[] Blackened()
    {
        var input = Options.Data.Inputs[0];
        var values = ((float[])input.Values).ToArray();
        values[^1] += 1;
        return [InputTensor.Create(input.Name, values, [.. input.Shape])];
    }

    [Fact]
    public void A_model_of_the_same_name_with_other_weights_is_another()
    {
        ModelTuner.Tune(pruned, Options);
        using var other = ModelPruner.Prune(dense, PruningOptions.Fast(SparsityTarget.Zeros(0.8))).Model;
        Assert.Equal(pruned.Path, other.Path);

        var error = Assert.Throws<OnnxModelException>(() => ModelTuner.Tune(other, Options)).Message;

        Assert.Contains("in which these differ: the model.", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gsp of filters", "filters by their inputs")]
    [InlineData("one target", "another target")]
    [InlineData("steady", "rising")]
    public void Projections_of_other_kinds_are_others(string before, string after)
    {
        ModelTuner.Tune(dense, Options with { Sparsity = Induced(before) });

        var error = Assert.Throws<OnnxModelException>(() => ModelTuner.Tune(dense, Options with { Sparsity = Induced(after) })).Message;

        Assert.Contains("in which these differ: ", error, StringComparison.Ordinal);
    }

    private static TuningSparsity Induced(string kind)
    {
        var paper = PruningOptions.Paper(SparsityTarget.Zeros(kind == "another target" ? 0.6 : 0.5));
        return TuningSparsity.Induced(kind == "filters by their inputs" ? paper with { Group = WeightGroup.Input } : paper, every: 1,
            kind == "rising");
    }

    [Fact]
    public void The_same_files_read_again_go_on_to_the_same_bits()
    {
        var options = Options with { Epochs = 3, Sparsity = Induced("rising") };
        using var whole = ModelTuner.Tune(dense, options with { Checkpoint = null }).Model;
        using var stop = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => ModelTuner.Tune(dense, options, new StopIn(stop, 2), stop.Token));
        Assert.True(File.Exists(folder["state"]));

        using var again = Digits.Model("lenet300");
        using var resumed = ModelTuner.Tune(again, options with { Teacher = again, Data = ShippedModels.Digits(20) }).Model;

        Assert.Equal(Digits.Weights(whole), Digits.Weights(resumed));
    }

    /// <summary>Breaks a run off in an epoch.</summary>
    private sealed class StopIn(CancellationTokenSource stop, int epoch) : IProgress<TuningProgress>
    {
        public void Report(TuningProgress value)
        {
            if (value.Epoch == epoch) stop.Cancel();
        }
    }

    [Fact]
    public void An_empty_file_is_no_state()
    {
        File.WriteAllBytes(folder["state"], []);
        Assert.Contains("the file is empty. Name another file to begin anew.", Refusal(Options), StringComparison.Ordinal);
    }

    [Fact]
    public void Another_file_is_no_state()
    {
        File.WriteAllText(folder["state"], "Some words that somebody keeps here.");
        Assert.Contains("holds no state of a tuning run of this version", Refusal(Options), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.00001)]
    [InlineData(0.0001)]
    [InlineData(0.5)]
    [InlineData(0.9999)]
    public void A_state_that_was_cut_off_is_refused_in_one_sentence(double part)
    {
        ModelTuner.Tune(pruned, Options);
        var bytes = File.ReadAllBytes(folder["state"]);
        File.WriteAllBytes(folder["state"], bytes[..(int)(part * bytes.Length)]);

        var error = Refusal(Options);

        Assert.StartsWith(folder["state"], error, StringComparison.Ordinal);
        Assert.Contains("the file ends in the middle of the state.", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_state_with_other_lengths_is_damaged()
    {
        ModelTuner.Tune(pruned, Options);
        var bytes = File.ReadAllBytes(folder["state"]);
        bytes.AsSpan(^(bytes.Length / 2)..).Fill(0x7f);
        File.WriteAllBytes(folder["state"], bytes);

        Assert.Contains("the file is damaged", Refusal(Options), StringComparison.Ordinal);
    }

    private string Refusal(TuningOptions options) => Assert.Throws<OnnxModelException>(() => ModelTuner.Tune(pruned, options)).Message;
}
