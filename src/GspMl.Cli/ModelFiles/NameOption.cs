using System.CommandLine;

namespace GspMl.Cli.ModelFiles;

/// <summary><c>--include</c> and <c>--exclude</c>: globs that the names of weights match.</summary>
internal sealed class NameOption
{
    private readonly Option<string[]> globs;

    private NameOption(string name, string which)
        => globs = new(name) { Description = $"{which} whose name matches the glob; repeatable.", HelpName = "GLOB" };

    /// <summary>Only those.</summary>
    /// <param name="what">What of the model they are, in the plural.</param>
    public static NameOption Include(string what = "weights") => new("--include", $"Only {what}");

    /// <summary>Not those.</summary>
    /// <param name="what">What of the model they are, in the singular.</param>
    public static NameOption Exclude(string what = "weight") => new("--exclude", $"No {what}");

    /// <summary>The option as a command takes it.</summary>
    public static implicit operator Option(NameOption option) => option.globs;

    /// <summary>The globs; none where there are none.</summary>
    public IReadOnlyList<string> Read(ParseResult parsed) => parsed.GetValue(globs) ?? [];
}
