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
/// taken away first and written last: where it lies, it and the models that it names are of one run.
/// </summary>
internal sealed class SweepFolder
{
    private const string Summary = "sweep.json";

    private readonly Option<string?> folder = new("--output-folder", "-o")
    {
        Description = $"A folder for the models, MODEL-zeros-Z.onnx each (with --presets MODEL-PRESET-zeros-Z.onnx, with --structured "
            + $"MODEL-macs-F.onnx), and for {Summary}, what is told with --format json.",
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
    /// <param name="options">The levels, and whether a model is to be chosen.</param>
    /// <param name="model">The model.</param>
    /// <param name="others">What else is written, which none of the folder's files may be.</param>
    public void Check(ParseResult parsed, SweepOptions options, string model, params string?[] others)
    {
        if (parsed.GetValue(folder) is not { } path)
        {
            if (parsed.GetValue(keep) is { } word) throw CommandException.Usage($"--keep {word} needs --output-folder DIR.");
            return;
        }
        if (parsed.GetValue(keep) == "chosen" && !options.HasLimits)
            throw CommandException.Usage("--keep chosen: a model is chosen by --max-accuracy-drop or --min-agreement.");
        string[] models = [.. Names(options.Curves, model)];
        if (models.Distinct().Count() < models.Length)
            throw CommandException.Usage("two fractions are so near that their files have one name.");
        OutputPath.CheckFolder(path, models.Prepend(Summary));
        foreach (var other in others)
            if (other is not null) OutputPath.Check(other, [.. models.Prepend(Summary).Select(name => Path.Combine(path, name))]);
        if (!Directory.Exists(path)) return;
        foreach (var name in models) OutputPath.Check(Path.Combine(path, name), model);
    }

    /// <summary>Refuses a model that cannot be written there, or whose result would not load.</summary>
    public void Check(ParseResult parsed, OnnxModel model, SweepOptions options)
    {
        if (parsed.GetValue(folder) is not { } path) return;
        if (Directory.Exists(path)) ModelWriter.Check(model.Content, Path.Combine(path, Names(options.Curves, model.Path).First()));
        LoadCheck.VerifySource(model.Content);
    }

    /// <summary>Writes the models that are to be kept, and the summary with their names.</summary>
    public SweepSummary Write(ParseResult parsed, SweepResult sweep, SweepSummary summary, CancellationToken cancel)
    {
        if (parsed.GetValue(folder) is not { } path) return summary;
        var kept = Kept(parsed, sweep).ToDictionary(level => level, level => Path.Combine(path,
            Name(summary.Dense.Model, level.Curve, level.Asked, summary.Curves.Count == 1)));
        var named = summary with
        {
            Levels = [.. summary.Levels.Zip(sweep.Levels, (model, level) => model with { File = kept.GetValueOrDefault(level) })],
        };
        Directory.CreateDirectory(path);
        using var hold = WriteLock.Take(Path.GetFullPath(Path.Combine(path, "sweep")), Disk.Local);
        Leftovers.Remove(hold, Disk.Local);
        var old = OldSummary.TakeAway(Path.Combine(path, Summary), hold);
        try
        {
            foreach (var (level, file) in kept)
            {
                level.Model.Save(file, cancel: cancel);
                old.NoteWritten(file);
            }
            OutputFile.Write(Path.Combine(path, Summary), stream => stream.Write(Encoding.UTF8.GetBytes(named.ToJson() + "\n")));
        }
        catch
        {
            old.PutBack();
            throw;
        }
        old.Remove();
        return named;
    }

    private IReadOnlyList<SweepLevel> Kept(ParseResult parsed, SweepResult sweep)
        => (parsed.GetValue(keep) ?? (sweep.Levels.Any(level => level.Outcome != SweepOutcome.NotTested) ? "chosen" : "all")) == "all"
            ? sweep.Levels : sweep.Chosen is { } chosen ? [chosen] : [];

    private static IEnumerable<string> Names(IReadOnlyList<SweepCurve> curves, string model)
        => curves.SelectMany(curve => curve.Amounts.Select(amount => Name(model, curve, amount, curves.Count == 1)));

    private static string Name(string model, SweepCurve curve, double amount, bool isOnly)
        => $"{Path.GetFileNameWithoutExtension(model)}-{(isOnly ? "" : $"{curve.Name}-")}{AxisWords.InNames(curve.Axis)}-"
            + $"{amount.ToString("0.##########", CultureInfo.InvariantCulture)}.onnx";
}
