using System.CommandLine;
using GspMl.Cli.Shell;
using GspMl.Cli.Usage;

namespace GspMl.Cli.Tests.Usage;

public sealed class HelpTests
{
    private static readonly CommandShell Shell = new(TextWriter.Null, TextWriter.Null);

    public static TheoryData<string> Commands => new(Gspml.Parse([], Shell).RootCommandResult.Command.Subcommands.Select(sub => sub.Name));

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Help_ends_with_the_command_in_use(string command)
    {
        var run = await CommandRun.Of(command, "--help");

        Assert.Equal(0, run.ExitCode);
        Assert.NotEmpty(Examples.Of(command));
        Assert.EndsWith(string.Concat(Examples.Of(command).Select(line => $"\n  {line}")), run.Output.ReplaceLineEndings("\n").TrimEnd(),
            StringComparison.Ordinal);
        Assert.Equal("", run.Messages);
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void Each_example_is_a_command_line(string command) => Assert.All(Examples.Of(command), line =>
    {
        var words = line.Split(' ');
        Assert.Equal(["gspml", command], words[..2]);
        Assert.Empty(Gspml.Parse(words[1..], Shell).Errors);
    });

    [Theory]
    [MemberData(nameof(Commands))]
    public void Each_file_of_an_example_that_is_shipped_is_there(string command) => Assert.All(
        Examples.Of(command).SelectMany(line => line.Split(' ')).Where(word => word.StartsWith("onnx-models/", StringComparison.Ordinal)),
        word => Assert.True(File.Exists(Path.Combine(Models.Root, word)), word));

    [Fact]
    public async Task The_help_of_the_tool_lists_the_commands()
    {
        var run = await CommandRun.Of("--help");

        Assert.Equal(0, run.ExitCode);
        Assert.All(Commands.Select(row => row.Data), command => Assert.Contains($"  {command} ", run.Output, StringComparison.Ordinal));
    }
}
