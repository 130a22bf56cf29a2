using System.Text.RegularExpressions;

namespace GspMl.Cli.Tests.Documents;

/// <summary>The README cannot lie: what it shows is what the repository holds.</summary>
public sealed partial class ReadmeTests
{
    private static readonly string Root = Path.GetDirectoryName(Path.GetDirectoryName(Models.LeNet5))!;
    private static readonly string Readme = File.ReadAllText(Path.Combine(Root, "README.md")).ReplaceLineEndings("\n");

    [Fact]
    public void The_first_code_block_holds_the_two_commands_and_CI_runs_the_second()
    {
        var commands = CodeBlock().Match(Readme).Groups["code"].Value.TrimEnd('\n').Split('\n');

        Assert.Equal(2, commands.Length);
        Assert.Contains(commands[1], File.ReadAllLines(Path.Combine(Root, ".ci", "run")));
    }

    [Fact]
    public async Task The_demo_prints_the_layers_that_are_shown()
    {
        using var folder = new TemporaryFolder();
        var shown = Demo().Match(Readme).Groups["output"].Value.Split('\n')
            .Where(line => line.Contains(".weight", StringComparison.Ordinal)).ToList();

        var run = await CommandRun.Of("demo", "--out", folder.Path);

        Assert.Equal(8, shown.Count);
        Assert.All(shown, line => Assert.Contains(line.Trim(), run.Output, StringComparison.Ordinal));
    }

    [GeneratedRegex(@"```[a-z]*\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex CodeBlock();

    [GeneratedRegex("<!-- demo -->(?<output>.*?)<!-- /demo -->", RegexOptions.Singleline)]
    private static partial Regex Demo();
}
