using GspMl.Onnx.Tests.Building;
using GspMl.Projection;
using GspMl.Tests.Shared;

namespace GspMl.Onnx.Tests.Cancelling;

/// <summary>Every call that takes a token ends soon after it is cancelled, wherever it is, and leaves the model as it was.</summary>
public sealed class LibraryCancellationTests(ITestOutputHelper output)
{
    private static readonly EvaluationData Rows = ShippedModels.CalibrationDigits(64);

    private static readonly Lazy<OnnxModel> Columns = new(() => ModelPruner.Prune(Load(), new()
    {
        Target = Half,
        Pattern = SparsityPattern.Columns(),
        Values = WeightValues.Original,
    }).Model);

    private static readonly Dictionary<string, Action<OnnxModel, CancellationToken>> Calls = new()
    {
        ["check"] = (model, cancel) => RuntimeChecker.Check(model, cancel),
        ["prune"] = (model, cancel) => ModelPruner.Prune(model, PruningOptions.Fast(Half), null, cancel).Model.Dispose(),
        ["prune, calibrated"] = (model, cancel) => ModelPruner.Prune(model, Accurate, null, cancel).Model.Dispose(),
        ["permute"] = (model, cancel) => ChannelPermuter.Permute(model, new(), cancel).Model.Dispose(),
        ["shrink"] = (model, cancel) => ModelShrinker.Shrink(model,
            new() { Target = ShrinkTarget.Macs(0.4) }, null, cancel).Model.Dispose(),
        ["shrink, calibrated"] = (model, cancel) => ModelShrinker.Shrink(model,
            new() { Target = ShrinkTarget.Macs(0.4), Calibration = Rows }, null, cancel).Model.Dispose(),
        ["rewrite"] = (model, cancel) => ModelRewriter.Rewrite(Columns.Value, new() { Rows = 4, TimingRounds = 5 }, cancel),
        ["evaluate"] = (model, cancel) => ModelEvaluator.Evaluate(model, Rows, new() { LatencyRuns = 3 }, cancel),
        ["compare"] = (model, cancel) => ModelEvaluator.Compare(model, Columns.Value, Rows, new() { LatencyRuns = 3 }, cancel),
        ["compare layers"] = (model, cancel) => ModelEvaluator.CompareLayers(model, Columns.Value, Rows, null, cancel),
        ["sweep"] = (model, cancel) => SparsitySweep.Run(model, Rows,
            new() { Curves = [Zeros], Evaluation = new() { LatencyRuns = 3 } }, null, cancel),
        ["sweep, structured"] = (model, cancel) => SparsitySweep.Run(model, Rows,
            new() { Curves = [Macs], Evaluation = new() { LatencyRuns = 3 } }, null, cancel),
    };

    public static TheoryData<string> Names => [.. Calls.Keys];

    private static SparsityTarget Half => SparsityTarget.Zeros(0.5);

    private static PrunedCurve Zeros => new() { Name = "fast", Amounts = [0.5, 0.8], Pruning = PruningOptions.Fast(Half) };

    private static ShrunkCurve Macs => new() { Name = "s", Amounts = [0.2, 0.4], Shrinking = new() { Target = ShrinkTarget.Macs(0.4) } };

    private static PruningOptions Accurate => PruningOptions.Accurate(Half, Rows) with { Exclude = ["fc1*"] };

    [Theory]
    [MemberData(nameof(Names))]
    public void A_cancelled_call_ends_as_such_at_any_moment(string name)
    {
        using var model = Load();
        output.WriteLine($"{name}: {CancelledCalls.Of(cancel => Calls[name](model, cancel))}");
        Assert.All(ModelPruner.Measure(model), layer => Assert.Equal(0, layer.Zeros));
    }

    private static OnnxModel Load() => OnnxModel.Load(ShippedModels.PathOf("lenet5.onnx"));
}
