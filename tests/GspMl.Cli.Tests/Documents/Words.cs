using System.Text.RegularExpressions;

namespace GspMl.Cli.Tests.Documents;

/// <summary>The words of a command line, as a shell takes it apart.</summary>
internal static partial class Words
{
    public static string[] Of(string line)
        => [.. Word().Matches(line).Select(match => match.Value.Replace("\"", "", StringComparison.Ordinal))];

    [GeneratedRegex("(?:\"[^\"]*\"|[^\\s\"])+")]
    private static partial Regex Word();
}
