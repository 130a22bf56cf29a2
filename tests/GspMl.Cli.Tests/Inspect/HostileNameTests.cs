using GspMl.Cli.Shell;

namespace GspMl.Cli.Tests.Inspect;

/// <summary>Names in a model are whatever its maker wrote.</summary>
public sealed class HostileNameTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(95)]
    [InlineData(5_000)]
    [InlineData(1_000_000)]
    public async Task Every_row_is_shown_however_long_names_are(int length)
    {
        var run = await Inspect($"a{new string('x', length)}1", $"b{new string('x', length)}2", "short");
        Assert.Equal(ExitCode.Done, run.ExitCode);
        var rows = run.Output.Split('\n');
        foreach (var (start, end) in new[] { ("ax", "x1 "), ("bx", "x2 "), ("short", "2×2") })
            Assert.Single(rows, row => row.TrimStart().StartsWith(start, StringComparison.Ordinal) && row.Contains(end,
                StringComparison.Ordinal));
        Assert.All(rows, row => Assert.True(row.Length < 4500, $"a row of {row.Length} characters"));
    }

    [Fact]
    public async Task Names_do_not_reach_the_terminal_as_what_it_obeys()
    {
        var run = await Inspect("\u001b[2Jcleared", "bell\u0007", "line\nforged  row", "back\rover", "\u202ertl", "c1\u009b31m",
            "[red]m[/]");
        Assert.Equal(ExitCode.Done, run.ExitCode);
        Assert.DoesNotContain(run.Output, c => c is not '\n' && (char.IsControl(c) || c == '\u202e'));
        Assert.DoesNotContain(run.Output.Split('\n'), row => row.TrimStart().StartsWith("forged", StringComparison.Ordinal));
        foreach (var shown in new[] { "\\u001B[2Jcleared", "bell\\u0007", "line\\nforged", "back\\rover", "\\u202Ertl", "c1\\u009B31m",
            "[red]m[/]" })
            Assert.Contains(shown, run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_in_messages_are_no_other_messages()
    {
        var path = folder.File("no\u001b[31m\nsuch.onnx");
        var run = await CommandRun.Of("inspect", path);
        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.DoesNotContain('\u001b', run.Messages);
        Assert.Single(run.Messages.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task Names_in_a_report_are_text()
    {
        SmallModel.OfWeights("<script>alert(1)</script>", "\u202eb\u001b").Save(folder.File("m.onnx"));
        var run = await CommandRun.Of("prune", folder.File("m.onnx"), "-o", folder.File("o.onnx"), "--zeros", "0.5", "--report",
            folder.File("r.html"));
        Assert.True(run.ExitCode == ExitCode.Done, run.Messages);
        var page = await File.ReadAllTextAsync(folder.File("r.html"));
        Assert.DoesNotContain("<script>alert", page, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;", page, StringComparison.Ordinal);
        Assert.Contains("\\u202Eb\\u001B", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_JSON_form_has_names_as_they_are()
    {
        SmallModel.OfWeights("a\u001b\n\u202e").Save(folder.File("m.onnx"));
        var run = await CommandRun.Of("inspect", folder.File("m.onnx"), "--format", "json");
        Assert.Equal("a\u001b\n\u202e", run.Json.GetProperty("layers")[0].GetProperty("name").GetString());
        Assert.DoesNotContain('\u001b', run.Output);
        Assert.DoesNotContain('\u202e', run.Output);
    }

    private async Task<CommandRun> Inspect(params string[] names)
    {
        SmallModel.OfWeights(names).Save(folder.File("m.onnx"));
        return await CommandRun.Of("inspect", folder.File("m.onnx"), "--all");
    }
}
