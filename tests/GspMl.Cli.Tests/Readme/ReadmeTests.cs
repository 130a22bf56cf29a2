using System.Text.RegularExpressions;

namespace GspMl.Cli.Tests.Readme;

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
    public void Every_snippet_of_code_stands_in_the_sample_that_it_names()
    {
        var snippets = Snippet().Matches(Readme);

        Assert.Equal(Regex.Count(Readme, "```csharp"), snippets.Count);
        Assert.All(snippets, snippet =>
            Assert.Contains(snippet.Groups["code"].Value.Trim(), File.ReadAllText(Path.Combine(Root, snippet.Groups["file"].Value))
                .ReplaceLineEndings("\n"), StringComparison.Ordinal));
    }

    [Fact]
    public void Every_snippet_of_the_pages_stands_in_the_sample_that_it_names()
    {
        foreach (var page in Directory.EnumerateFiles(Path.Combine(Root, "docs"), "*.md", SearchOption.AllDirectories))
        {
            var text = File.ReadAllText(page).ReplaceLineEndings("\n");
            var snippets = Snippet().Matches(text);
            Assert.Equal(Regex.Count(text, "```csharp"), snippets.Count);
            Assert.All(snippets, snippet => Assert.Contains(snippet.Groups["code"].Value.Trim(),
                File.ReadAllText(Path.Combine(Root, snippet.Groups["file"].Value)).ReplaceLineEndings("\n"), StringComparison.Ordinal));
        }
    }

    /// <summary>So each is a program, all of the sample or its first statements, and compiles as it does.</summary>
    [Fact]
    public void Every_snippet_is_the_sample_that_it_names_from_its_usings_on()
    {
        var pages = Directory.EnumerateFiles(Path.Combine(Root, "docs"), "*.md", SearchOption.AllDirectories).Select(File.ReadAllText);
        var programs = pages.Prepend(Readme).SelectMany(page => Snippet().Matches(page.ReplaceLineEndings("\n")))
            .Select(match => (File: match.Groups["file"].Value, Code: match.Groups["code"].Value.Trim())).ToList();
        Assert.NotEmpty(programs);
        Assert.All(programs, program =>
        {
            var sample = File.ReadAllText(Path.Combine(Root, program.File)).ReplaceLineEndings("\n");
            var code = sample[sample.IndexOf("using ", StringComparison.Ordinal)..].Trim();
            Assert.StartsWith(program.Code + "\n", code + "\n", StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Every_command_and_option_exists()
    {
        var lines = CodeBlock().Matches(Readme).SelectMany(block => block.Groups["code"].Value.Split('\n'))
            .Where(line => line.StartsWith("gspml ", StringComparison.Ordinal)).ToList();

        Assert.NotEmpty(lines);
        foreach (var line in lines)
        {
            var words = line.Split(' ');
            var help = await CommandRun.Of(words[1], "--help");
            Assert.Contains($"gspml {words[1]}", help.Output.Replace("GspMl.Cli.Tests", "gspml", StringComparison.Ordinal),
                StringComparison.Ordinal);
            Assert.All(words.Where(word => word.StartsWith('-')), option => Assert.Contains(option, help.Output, StringComparison.Ordinal));
        }
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

    [Fact]
    public void Every_file_and_folder_that_is_linked_exists() =>
        Assert.All(Link().Matches(Readme), link => Assert.True(Path.Exists(Path.Combine(Root, link.Groups["path"].Value)), link.Value));

    [GeneratedRegex(@"```[a-z]*\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex CodeBlock();

    [GeneratedRegex(@"<!-- (?<file>samples/[^ ]+) -->\n```csharp\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Snippet();

    [GeneratedRegex("<!-- demo -->(?<output>.*?)<!-- /demo -->", RegexOptions.Singleline)]
    private static partial Regex Demo();

    [GeneratedRegex(@"\]\((?<path>(?!http)[^)#]+)\)")]
    private static partial Regex Link();
}
