using GspMl.Cli.Shell;

namespace GspMl.Cli.Tests.ModelFiles;

/// <summary>What the commands share that make a model of a model.</summary>
public sealed class ModelChangeTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    public static TheoryData<string, string> Commands() => new() { { "prune", "--zeros" }, { "shrink", "--macs" } };

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task An_output_is_named_or_done_without(string command, string target)
    {
        var run = await CommandRun.Of(command, Models.LeNet300, target, "0.2");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("give -o OUT.onnx, or --dry-run", run.Messages, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("prune", "--zeros")]
    [InlineData("shrink", "--sparsity")]
    public async Task A_model_that_does_not_load_is_refused_before_the_work(string command, string target)
    {
        SmallModel.OfUnknownOperator().Save(folder.File("model.onnx"));

        var run = await CommandRun.Of(command, folder.File("model.onnx"), "-o", folder.File("out.onnx"), target, "0.5", "--calibration",
            folder.File("missing.npy"));

        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Contains("model.onnx: ONNX Runtime does not load it", run.Messages, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task A_dry_run_tells_and_writes_nothing(string command, string target)
    {
        var output = folder.File("out.onnx");

        var run = await CommandRun.Of(command, Models.LeNet300, "-o", output, target, "0.2", "--dry-run", "--format", "json");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("fc1", run.Output, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }
}
