namespace GspMl.Cli.Tests.Documents;

/// <summary>A newcomer's ten minutes: the page's commands, in their order.</summary>
public sealed class QuickStartTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Every_command_of_the_quick_start_does_what_the_page_says()
    {
        using var folder = new TemporaryFolder();
        var lines = Page.Read("docs/quick-start.md").Blocks
            .Where(block => block.Language.Length == 0 && !block.Note.StartsWith("not run", StringComparison.Ordinal))
            .SelectMany(block => block.Lines).Where(line => line.StartsWith("gspml ", StringComparison.Ordinal)).ToList();
        Assert.True(lines.Count >= 8, $"only {lines.Count} commands are found");

        foreach (var line in lines)
        {
            var run = await CommandRun.Of([.. Words.Of(line)[1..].Select(word => Located(word, folder))]);
            output.WriteLine($"$ {line}\n{run.Output}");
            Assert.True(run.ExitCode == 0, $"{line}: {run.ExitCode}\n{run.Messages}");
            Assert.NotEmpty(run.Output);
        }
    }

    /// <summary>Files of the repository where they lie, all others in the test's folder.</summary>
    private static string Located(string word, TemporaryFolder folder)
        => word.StartsWith("onnx-models/", StringComparison.Ordinal) ? Path.Combine(Models.Root, word)
        : Path.GetExtension(word) is ".onnx" or ".html" or ".npy" ? folder.File(word) : word;
}
