using GspMl.Cli.Shell;

namespace GspMl.Cli.Tests.Prune;

public sealed class PatternTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Columns_are_written_for_speed_and_what_that_gains_is_told()
    {
        var run = await Prune("--zeros", "0.7", "--pattern", "columns", "--values", "original", "--rows", "16", "--format", "json");

        Assert.Equal(ExitCode.Done, run.ExitCode);
        Assert.StartsWith("timing how each layer runs fastest", run.Messages, StringComparison.Ordinal);
        Assert.Equal(0.7, run.Json.GetProperty("zeros").GetDouble(), 0.002);
        var speed = run.Json.GetProperty("speed");
        Assert.Equal(16, speed.GetProperty("rows").GetInt32());
        Assert.True(speed.GetProperty("largestDifference").GetDouble() <= 1e-5);
        Assert.Equal(3, speed.GetProperty("layers").GetArrayLength());
        Assert.Contains("pattern columns of 64", run.Json.GetProperty("asked").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task N_of_M_needs_no_target()
    {
        var run = await Prune("--pattern", "2:4", "--values", "original", "--format", "json");

        Assert.Equal((ExitCode.Done, ""), (run.ExitCode, run.Messages));
        Assert.Equal(0.5, run.Json.GetProperty("zeros").GetDouble(), 1e-9);
        var check = await CommandRun.Of("check", Pruned, "--format", "json");
        Assert.All(check.Json.GetProperty("layers").EnumerateArray(), layer
            => Assert.Equal("2:4 along input channels", layer.GetProperty("patterns")[0].GetString()));
    }

    [Fact]
    public async Task Channels_are_reordered_first_where_that_is_asked_for()
    {
        var run = await Prune("--pattern", "2:4", "--values", "original", "--permute", "--format", "json");

        Assert.Equal((ExitCode.Done, ""), (run.ExitCode, run.Messages));
        Assert.Equal(0.5, run.Json.GetProperty("zeros").GetDouble(), 1e-9);
        var set = run.Json.GetProperty("channels").GetProperty("sets")[0];
        Assert.True(set.GetProperty("keptAfter").GetDouble() > set.GetProperty("keptBefore").GetDouble());
        var text = await Prune("--pattern", "2:4", "--values", "original", "--permute", "--dry-run");
        Assert.Contains("of channels reordered", text.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--permute is for --pattern N:M", "--permute", "--zeros", "0.5")]
    [InlineData("the nearest target is 0.5", "--pattern", "2:4", "--zeros", "0.6")]
    [InlineData("there are scattered, columns, block, and N:M", "--pattern", "4:2", "--zeros", "0.5")]
    [InlineData("there are scattered, columns, block, and N:M", "--pattern", "rows", "--zeros", "0.5")]
    [InlineData("--block 16x1: with --pattern columns it is a number", "--pattern", "columns", "--block", "16x1", "--zeros", "0.5")]
    [InlineData("--pattern block needs --block", "--pattern", "block", "--zeros", "0.5")]
    [InlineData("--block 8: with --pattern block it is filters x inputs", "--pattern", "block", "--block", "8", "--zeros", "0.5")]
    [InlineData("is for --pattern columns or block", "--block", "8", "--zeros", "0.5")]
    [InlineData("takes a fraction of zeros", "--pattern", "columns", "--sparsity", "0.5")]
    [InlineData("is for scattered zeros", "--pattern", "columns", "--zeros", "0.5", "--group", "kernel")]
    [InlineData("--rows 0", "--pattern", "columns", "--zeros", "0.5", "--rows", "0")]
    [InlineData("--rows is for --write fast", "--zeros", "0.5", "--rows", "8")]
    public async Task What_does_not_go_together_is_wrong_usage(string message, params string[] arguments)
    {
        var run = await Prune(arguments);

        Assert.Equal(ExitCode.WrongUsage, run.ExitCode);
        Assert.Contains(message, run.Messages, StringComparison.Ordinal);
        Assert.False(File.Exists(Pruned));
    }

    [Fact]
    public async Task Zeros_out_of_reach_are_bad_input_and_the_most_is_named()
    {
        var run = await Prune("--pattern", "columns", "--zeros", "0.9999");

        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Contains("is the most", run.Messages, StringComparison.Ordinal);
    }

    private string Pruned => folder.File("pruned.onnx");

    private Task<CommandRun> Prune(params string[] arguments)
        => CommandRun.Of(["prune", Models.LeNet300, "-o", Pruned, .. arguments]);
}
