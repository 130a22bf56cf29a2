using GspMl.Onnx.Tests.Building;
using GspMl.Projection;

namespace GspMl.Onnx.Tests.Pipeline;

/// <summary>With calibration data, too, the same bytes come out whatever the number of threads.</summary>
public class SameBytesTests
{
    public static readonly TheoryData<string> Nets = ["lenet300", "lenet5", "mobilenet_mini_bn", "resnet14_bn", "vit_tiny"];
    private static readonly int[] Threads = [1, 2, 5, 16];
    private static readonly EvaluationData Digits = ShippedModels.CalibrationDigits(10);
    private static readonly ReconstructionOptions Short =
        new() { Levels = [0.3], VariedCopies = 0, MinimumSamples = 40, SamplesPerInput = 0, SearchRounds = 1, RowsPerFilter = 1 };

    [Theory]
    [MemberData(nameof(Nets))]
    public void Accurate_pruning(string name) => AssertSame(name,
        (model, threads) => ModelPruner.Prune(model, PruningOptions.Accurate(SparsityTarget.Zeros(0.8), Digits) with
        {
            Reconstruction = Short,
            MaxThreads = threads
        }).Model);

    [Theory]
    [MemberData(nameof(Nets))]
    public void Calibrated_shrinking(string name) => AssertSame(name,
        (model, threads) => ModelShrinker.Shrink(model, ShrinkOptions.Accurate(ShrinkTarget.Macs(0.6), Digits) with
        {
            Reconstruction = Short,
            MaxThreads = threads
        }).Model);

    /// <summary>More samples than inputs: moments instead of the samples themselves.</summary>
    [Fact]
    public void Large_moments() => AssertSame("lenet300",
        (model, threads) => ModelPruner.Prune(model, PruningOptions.Accurate(SparsityTarget.Zeros(0.8), Digits) with
        {
            Reconstruction = Short with { VariedCopies = 30, Levels = [0.2] },
            MaxThreads = threads
        }).Model);

    [Theory]
    [InlineData("columns")]
    [InlineData("2:4")]
    public void Patterns(string pattern) => AssertSame("lenet5",
        (model, threads) => ModelPruner.Prune(model, PruningOptions.Accurate(SparsityTarget.Zeros(0.5), Digits) with
        {
            Pattern = pattern == "columns" ? SparsityPattern.Columns(8) : SparsityPattern.OfEvery(2, 4),
            Reconstruction = Short,
            MaxThreads = threads
        }).Model);

    [Fact]
    public void Statistics_of_normalisations() => AssertSame("resnet14_bn",
        (model, threads) => ModelPruner.Prune(model, PruningOptions.Fast(SparsityTarget.Zeros(0.8)) with
        {
            Calibration = Digits,
            MaxThreads = threads
        }).Model);

    private static void AssertSame(string name, Func<OnnxModel, int, OnnxModel> run)
    {
        using var model = OnnxModel.Load(ShippedModels.PathOf($"{name}.onnx"));
        var first = Bytes(Threads[0]);
        foreach (var threads in Threads[1..]) Assert.True(first.AsSpan().SequenceEqual(Bytes(threads)), $"others with {threads} threads");

        byte[] Bytes(int threads)
        {
            using var result = run(model, threads);
            using var file = new MemoryStream();
            result.Save(file, new() { CheckLoads = false });
            return file.ToArray();
        }
    }
}
