namespace GspMl.Cli.Tests.Documents;

/// <summary>A fenced block of a page.</summary>
/// <param name="Page">The page, from the repository's folder.</param>
/// <param name="Language">The word behind the fence; empty for commands.</param>
/// <param name="Note">What the comment on the line before says; empty where there is none.</param>
/// <param name="Text">What stands between the fences.</param>
public sealed record CodeBlock(string Page, string Language, string Note, string Text)
{
    /// <summary>The command lines: those that end in a backslash go on in the next, and what follows a # is a remark.</summary>
    public IEnumerable<string> Lines => Text.Replace("\\\n", " ", StringComparison.Ordinal).Split('\n')
        .Select(line => line.Split(" #")[0].Trim()).Where(line => line.Length > 0);

    public override string ToString() => $"{Page}: {Text.Split('\n')[0]}";
}
