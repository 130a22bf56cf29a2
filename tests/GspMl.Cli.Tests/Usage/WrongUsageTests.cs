using GspMl.Cli.Shell;

namespace GspMl.Cli.Tests.Usage;

public sealed class WrongUsageTests
{
    [Theory]
    [InlineData("pruen model.onnx", "gspml: there is no command pruen; did you mean prune?")]
    [InlineData("quantize model.onnx", "gspml: there is no command quantize.")]
    [InlineData("prune m.onnx --zeors 0.5 -o x.onnx", "gspml prune: there is no option --zeors; did you mean --zeros?")]
    [InlineData("prune m.onnx --fromat json", "gspml prune: there is no option --fromat; did you mean --format?")]
    [InlineData("prune m.onnx --keep 0.5", "gspml prune: there is no option --keep.")]
    [InlineData("inspect m.onnx --alle", "gspml inspect: there is no option --alle; did you mean --all?")]
    [InlineData("prune m.onnx --preset acurate",
        "gspml prune: --preset: 'acurate' is none of paper, fast, accurate; did you mean accurate?")]
    [InlineData("prune m.onnx --score best", "gspml prune: --score: 'best' is none of magnitude, activation, saliency.")]
    [InlineData("prune m.onnx other.onnx", "gspml prune: 'other.onnx' is one word too many; what does it belong to?")]
    [InlineData("nmf X.npy --out o --rank many", "gspml nmf: --rank: 'many' is no whole number.")]
    [InlineData("nmf X.npy --out o", "gspml nmf: Option '--rank' is required.")]
    public async Task What_is_wrong_is_one_line_that_names_it(string line, string message)
    {
        var run = await CommandRun.Of(line.Split(' '));

        Assert.Equal(ExitCode.WrongUsage, run.ExitCode);
        Assert.Equal("", run.Output);
        var lines = run.Messages.ReplaceLineEndings("\n").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal([message, $"{message[..message.IndexOf(':', StringComparison.Ordinal)]} --help lists what there is, with an example."],
            lines);
    }

    [Fact]
    public async Task Words_that_terminals_obey_are_shown_as_numbers()
    {
        var run = await CommandRun.Of("prune", "m.onnx", "x\u001b[31m", "--zeros=\a", "-o", "out.onnx");

        Assert.Equal(ExitCode.WrongUsage, run.ExitCode);
        Assert.DoesNotContain(run.Messages, c => char.IsControl(c) && c is not ('\r' or '\n'));
        Assert.Contains("is one word too many", run.Messages, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_word_with_an_at_is_the_name_of_a_file()
    {
        var run = await CommandRun.Of("inspect", "@nowhere.onnx");
        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Contains("@nowhere.onnx", run.Messages, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_says_nothing_is_shown_the_commands()
    {
        var run = await CommandRun.Of();

        Assert.Equal(ExitCode.WrongUsage, run.ExitCode);
        Assert.Equal("", run.Output);
        Assert.Contains("Prune a model's weights", run.Messages, StringComparison.Ordinal);
    }
}
