using System.Text.RegularExpressions;

namespace GspMl.Cli.Tests.Documents;

public sealed partial class TroubleshootingTests
{
    [Fact]
    public void Every_message_of_the_page_is_one_of_the_code()
    {
        var sources = Directory.EnumerateFiles(Path.Combine(Models.Root, "src"), "*.cs", SearchOption.AllDirectories)
            .Select(File.ReadAllText).ToList();
        var messages = Message().Matches(Page.Read("docs/troubleshooting.md").Text).Select(match => match.Groups["text"].Value).ToList();

        Assert.True(messages.Count > 30, $"only {messages.Count} messages are found");
        Assert.All(messages, message
            => Assert.True(sources.Any(source => source.Contains(message, StringComparison.Ordinal)), $"no code says: {message}"));
    }

    /// <summary>What stands as code at the beginning of a row.</summary>
    [GeneratedRegex("^\\| `(?<text>[^`]+)`", RegexOptions.Multiline)]
    private static partial Regex Message();
}
