namespace GspMl.Cli.Tests.Usage;

/// <summary>What shells ask by the parser's directive, [suggest:POSITION] "the line so far".</summary>
public sealed class CompletionTests
{
    [Theory]
    [InlineData("gspml pru", "prune")]
    [InlineData("gspml prune --ze", "--zeros")]
    [InlineData("gspml prune model.onnx --preset a", "accurate")]
    [InlineData("gspml eval model.onnx --provider ", "auto", "cpu", "cuda")]
    [InlineData("gspml project in.npy out.npy --axis ", "0", "1")]
    [InlineData("gspml prune model.onnx --form", "--format")]
    public async Task Commands_options_and_values_are_completed(string line, params string[] words)
    {
        var run = await CommandRun.Of($"[suggest:{line.Length}]", line);

        Assert.Equal(0, run.ExitCode);
        Assert.Equal("", run.Messages);
        var told = run.Output.ReplaceLineEndings("\n").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Subset(told.ToHashSet(), words.ToHashSet());
    }
}
