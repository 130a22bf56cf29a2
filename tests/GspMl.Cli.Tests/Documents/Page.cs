using System.Text.RegularExpressions;

namespace GspMl.Cli.Tests.Documents;

/// <summary>A page of the repository: its blocks of code, its links and its headings.</summary>
internal sealed partial record Page(string Name, string Text)
{
    /// <summary>Every page that a reader is meant to find.</summary>
    public static IReadOnlyList<Page> All { get; } =
    [
        .. new[] { "README.md", "CONTRIBUTING.md" }.Select(Read),
        .. new[] { "docs", "samples", "src", "benchmarks", "onnx-models" }.SelectMany(folder => Below(folder)).Select(Read),
    ];

    public static Page Read(string name)
        => new(name, File.ReadAllText(Path.Combine(Models.Root, name)).ReplaceLineEndings("\n"));

    public IEnumerable<CodeBlock> Blocks => Fenced().Matches(Text).Select(match
        => new CodeBlock(Name, match.Groups["language"].Value, match.Groups["note"].Value, match.Groups["code"].Value));

    /// <summary>The places in the repository that the page leads to: a path, and the heading where one is named.</summary>
    public IEnumerable<(string Path, string Heading)> Links => Link().Matches(Fenced().Replace(Text, ""))
        .Select(match => (match.Groups["path"].Value, match.Groups["heading"].Value));

    /// <summary>Headings as links name them.</summary>
    public IEnumerable<string> Headings => Heading().Matches(Fenced().Replace(Text, ""))
        .Select(match => Punctuation().Replace(match.Groups["text"].Value.ToLowerInvariant(), "").Replace(' ', '-'));

    private static IEnumerable<string> Below(string folder)
        => Directory.EnumerateFiles(Path.Combine(Models.Root, folder), "*.md", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Models.Root, file)).Order(StringComparer.Ordinal);

    [GeneratedRegex(@"(?:^<!-- (?<note>[^\n]*?) -->\n)?^```(?<language>[a-z]*)\n(?<code>.*?)^```$",
        RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Fenced();

    [GeneratedRegex(@"\]\((?<path>(?!https?:)[^)#\s]*)(#(?<heading>[^)]*))?\)")]
    private static partial Regex Link();

    [GeneratedRegex("^#+ (?<text>.*)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\p{L}\p{Nd} _-]")]
    private static partial Regex Punctuation();
}
