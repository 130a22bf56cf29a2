using System.CommandLine;
using System.Globalization;
using System.Text;
using GspMl.Cli.Shell;
using GspMl.Onnx;
using GspMl.Onnx.Files;
using GspMl.Onnx.Writing;

namespace GspMl.Cli.Sweep;

/// <summary>
/// <c>--output-folder</c> and <c>--keep</c>: where the models go, and which of them. Each file is whole or not there. The summary is
/// removed first and written last: where it lies, it and the models that it names are of one run.
/// </summary>
internal sealed class SweepFolder
{
    private const string Summary = "sweep.json";

    private readonly Option<string?> folder = new("--output-folder", "-o")
    {
        Description = $"A folder for the models, MODEL-zeros-Z.onnx each, and for {Summary}, what is told with --format json.",
        HelpName = "DIR",
    };

    private readonly Option<string?> keep = Choice.Maybe("--keep",
        "Which models are written: all, or the one that is chosen by a limit. Default: chosen where there is a limit, else all.",
        "all", "chosen");

    public void AddTo(Command command)
    {
        command.Options.Add(folder);
        command.Options.Add(keep);
    }

    /// <summary>Refuses what cannot be written, before the work.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="hasLimits">Whether a model is to be chosen.</param>
    /// <param name="model">The model.</param>
    /// <param name="zeros">The levels.</param>
    /// <param name="others">What else is written, which none of the folder's files may be.</param>
    public void Check(ParseResult parsed, bool hasLimits, string model, IReadOnlyList<double> zeros, params string?[] others)
    {
        if (parsed.GetValue(folder) is not { } path)
        {
            if (parsed.GetValue(keep) is { } word) throw CommandException.Usage($"--keep {word} needs --output-folder DIR.");
            return;
        }
        if (parsed.GetValue(keep) == "chosen" && !hasLimits)
            throw CommandException.Usage("--keep chosen: a model is chosen by --max-accuracy-drop or --min-agreement.");
        string[] names = [Summary, .. zeros.Select(level => Name(model, level))];
        if (names.Distinct().Count() < names.Length)
            throw CommandException.Usage("--zeros: two fractions are so near that their files have one name.");
        OutputPath.CheckFolder(path, names);
        foreach (var other in others)
            if (other is not null) OutputPath.Check(other, [.. names.Select(name => Path.Combine(path, name))]);
        if (!Directory.Exists(path)) OutputPath.CheckFolder(Above(path), []);
        else foreach (var level in zeros) OutputPath.Check(Path.Combine(path, Name(model, level)), model);
    }

    /// <summary>Refuses a model that cannot be written there, or whose result would not load.</summary>
    public void Check(ParseResult parsed, OnnxModel model, IReadOnlyList<double> zeros)
    {
        if (parsed.GetValue(folder) is not { } path) return;
        if (Directory.Exists(path)) ModelWriter.Check(model.Content, Path.Combine(path, Name(model.Path, zeros[0])));
        LoadCheck.VerifySource(model.Content);
    }

    /// <summary>Writes the models that are to be kept, and the summary with their names.</summary>
    public SweepSummary Write(ParseResult parsed, SweepResult sweep, SweepSummary summary)
    {
        if (parsed.GetValue(folder) is not { } path) return summary;
        var kept = Kept(parsed, sweep);
        var named = summary with
        {
            Levels = [.. summary.Levels.Zip(sweep.Levels, (model, level) => kept.Contains(level)
                ? model with { File = Path.Combine(path, Name(summary.Dense.Model, level.Asked)) } : model)],
        };
        Directory.CreateDirectory(path);
        var index = Path.Combine(path, Summary);
        using var hold = WriteLock.Take(Path.GetFullPath(Path.Combine(path, "models")), Disk.Local);
        File.Delete(index);
        foreach (var level in kept) level.Model.Save(Path.Combine(path, Name(summary.Dense.Model, level.Asked)));
        OutputFile.Write(index, stream => stream.Write(Encoding.UTF8.GetBytes(named.ToJson() + "\n")));
        return named;
    }

    private IReadOnlyList<SweepLevel> Kept(ParseResult parsed, SweepResult sweep)
        => (parsed.GetValue(keep) ?? (sweep.Levels.Any(level => level.Outcome != SweepOutcome.NotTested) ? "chosen" : "all")) == "all"
            ? sweep.Levels : sweep.Chosen is { } chosen ? [chosen] : [];

    /// <summary>The nearest folder above one that is not there yet; or what stands in its way.</summary>
    private static string Above(string path)
    {
        var above = Path.GetDirectoryName(Path.GetFullPath(path));
        while (above is not null && !Path.Exists(above)) above = Path.GetDirectoryName(above);
        return above ?? path;
    }

    private static string Name(string model, double zeros)
        => $"{Path.GetFileNameWithoutExtension(model)}-zeros-{zeros.ToString("0.##########", CultureInfo.InvariantCulture)}.onnx";
}
