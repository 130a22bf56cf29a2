using System.CommandLine;
using System.CommandLine.Parsing;
using GspMl.Onnx.Files;

namespace GspMl.Cli.Shell;

/// <summary>Refuses outputs that would take the place of what a command reads, or of each other, before the work.</summary>
internal static class NamedTwice
{
    private static readonly string[] Outputs = ["--output", "--out", "--report", "--picture", "--save-recipe", "--checkpoint"];

    /// <summary>Looks at every word of a command line that names a file.</summary>
    /// <exception cref="CommandException">An output is named twice. Only -o may be the file that the command is about.</exception>
    public static void Refuse(ParseResult parsed)
    {
        var words = Words(parsed).ToList();
        foreach (var output in words.Where(word => word.IsOutput && !IsDevice(word.Path)))
            if (words.Exists(other => other != output && !MayBe(output, other) && AreSame(output.Path, other.Path)))
                throw CommandException.Usage($"{output.Path} is named twice: what is written to it would be lost.");
    }

    /// <summary>Whether the commands decide themselves.</summary>
    private static bool MayBe(Word output, Word other) => other.Option.Length == 0 && output.Option is "--output" or "--out";

    private static IEnumerable<Word> Words(ParseResult parsed)
    {
        foreach (var argument in parsed.CommandResult.Children.OfType<ArgumentResult>())
            foreach (var token in argument.Tokens) yield return new("", token.Value);
        foreach (var option in parsed.CommandResult.Children.OfType<OptionResult>().Where(option => !option.Implicit))
            foreach (var token in option.Tokens)
            {
                // FILE, or NAME=FILE.
                var file = File.Exists(token.Value) ? token.Value : token.Value[(token.Value.IndexOf('=', StringComparison.Ordinal) + 1)..];
                var word = new Word(option.Option.Name, file);
                if (file.Length > 0 && (word.IsOutput || File.Exists(file))) yield return word;
            }
    }

    private static bool AreSame(string one, string other)
        => OutputTarget.EndOf(Path.GetFullPath(one)) == OutputTarget.EndOf(Path.GetFullPath(other));

    private static bool IsDevice(string path) => FileStatus.Of(path) is { Kind: not FileKind.Regular };

    /// <summary>A word that names a file.</summary>
    /// <param name="Option">The option that it belongs to; empty for an argument.</param>
    /// <param name="Path">The file.</param>
    private sealed record Word(string Option, string Path)
    {
        public bool IsOutput => Outputs.Contains(Option);
    }
}
