using System.CommandLine;
using System.CommandLine.Parsing;
using GspMl.Onnx;
using GspMl.Onnx.Files;
using GspMl.Onnx.Models;
using GspMl.Onnx.Writing;

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

    /// <summary>Looks at the outputs beside a model's external data, which no word of the command line names.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="model">A model that is read.</param>
    /// <exception cref="CommandException">An output would take the place of the model's data, or of what is written of it.</exception>
    public static void RefuseData(ParseResult parsed, OnnxModel model)
    {
        var files = ExternalFiles.InPlace(model.Content).Files;
        if (files.Count == 0) return;
        var outputs = Words(parsed).Where(word => word.IsOutput && !IsDevice(word.Path)).ToList();
        var written = outputs.Find(word => word.Option == "--output")?.Path;
        foreach (var output in outputs)
        {
            if (files.Any(file => RealPath.Of(file.Source) == RealPath.Of(Path.GetFullPath(output.Path))))
                throw CommandException.Usage($"{output.Path} is external data of {model.Path}, and would be lost.");
            if (written is not null && output.Path != written
                && ExternalFiles.MayBe(model.Content, Path.GetFullPath(written), Path.GetFullPath(output.Path)))
                throw CommandException.Usage($"{output.Path} may become external data of {written}: give it another name.");
        }
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
