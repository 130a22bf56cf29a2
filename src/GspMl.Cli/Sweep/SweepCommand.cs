using System.CommandLine;
using System.Text;
using GspMl.Cli.Eval;
using GspMl.Cli.Inputs;
using GspMl.Cli.Recipes;
using GspMl.Cli.Shell;
using GspMl.Onnx;
using GspMl.Onnx.Files;

namespace GspMl.Cli.Sweep;

/// <summary><c>gspml sweep</c>: makes a model sparser or smaller to several degrees and judges all of them.</summary>
internal static class SweepCommand
{
    private static readonly Argument<string> Model = new("MODEL.onnx") { Description = "The trained model. It is only read." };
    private static readonly CurveOptions Curves = new();
    private static readonly InputOptions Inputs = new("--inputs", "Input rows that the models are judged on.", isRequired: true);
    private static readonly InputOptions Rows = new("--calibration",
        "Typical input rows without labels, other ones than those of --inputs.")
    {
        Constants = Inputs.Constants,
        Axes = Inputs.Axes,
    };
    private static readonly Option<string?> Labels = new("--labels")
    {
        Description = "The right class of each row of --inputs, whole numbers.",
        HelpName = "Y.npy",
    };
    private static readonly SweepLimitOptions Limits = new();
    private static readonly SweepFolder Folder = new();
    private static readonly Option<string?> Report = new("--report") { Description = "Write an HTML report too.", HelpName = "OUT.html" };
    private static readonly Option<string?> Picture = new("--picture")
    {
        Description = "Write the chart of quality against zeros as an SVG file.",
        HelpName = "OUT.svg",
    };
    private static readonly EvaluationChoices Choices = new();
    private static readonly GzipOption Gzip = new();

    public static Command Create(CommandShell shell)
    {
        var command = new Command("sweep", "Prune a model to several fractions of zeros, or take several fractions of its channels out, "
            + "and judge all of them: quality, compressed size and latency, and the sparsest or smallest model that keeps a limit.")
        {
            Model,
        };
        Option[] first = [.. Curves.First, Rows, Inputs, Inputs.Constants, Inputs.Axes, Labels];
        foreach (var option in first) command.Options.Add(option);
        Limits.AddTo(command);
        Folder.AddTo(command);
        Option[] written = [Report, Picture, .. Curves.Last];
        foreach (var option in written) command.Options.Add(option);
        Choices.AddTo(command);
        command.Options.Add(Gzip);
        return shell.Runs(command, RecipeOptions.AddTo(command, shell, (parsed, cancel) => Run(parsed, shell.Messages, cancel)));
    }

    private static SweepSummary Run(ParseResult parsed, TextWriter messages, CancellationToken cancel)
    {
        var options = Read(parsed);
        Check(parsed, options);
        using var model = OnnxModel.Load(parsed.GetRequiredValue(Model));
        NamedTwice.RefuseData(parsed, model);
        Folder.Check(parsed, model, options);
        var rows = Inputs.Read(parsed, model, parsed.GetValue(Labels), messages);
        var calibration = Rows.Files(parsed).Count > 0 ? Rows.Read(parsed, model, labels: null, messages) : null;
        options = options with
        {
            Curves = CurveOptions.Calibrated(options.Curves, calibration),
            Evaluation = options.Evaluation with { CompressedSize = Gzip.Wants(parsed, model) },
        };
        using var sweep = Limits.Fit(() => Shown(new(messages), bar => SparsitySweep.Run(model, rows, options with
        {
            Evaluation = options.Evaluation with { Progress = new EvaluationProgressBar(bar) },
        }, new SweepProgressBar(bar), cancel)));
        Reasons.Tell(messages, SweepReasons.Of(sweep, options));
        var summary = Folder.Write(parsed, sweep, SweepSummary.Of(Asked(options), model, sweep, options), cancel);
        if (parsed.GetValue(Report) is { } page) SweepReportPage.Of(summary).Save(page);
        if (parsed.GetValue(Picture) is { } picture)
            OutputFile.Write(picture, stream => stream.Write(Encoding.UTF8.GetBytes(new SweepCharts(summary).Picture)));
        return summary;
    }

    /// <summary>All but what is read once the model is known that takes it.</summary>
    private static SweepOptions Read(ParseResult parsed)
    {
        var options = new SweepOptions
        {
            Curves = Curves.Read(parsed, Rows.Files(parsed).Count > 0),
            Evaluation = Choices.Read(parsed) with { MaxThreads = Curves.MaxThreads(parsed) },
        };
        return Limits.Read(parsed, options, parsed.GetValue(Labels) is not null);
    }

    private static void Check(ParseResult parsed, SweepOptions options)
    {
        var model = parsed.GetRequiredValue(Model);
        if (parsed.GetValue(Report) is { } page) OutputPath.Check(page);
        if (parsed.GetValue(Picture) is { } picture) OutputPath.Check(picture);
        Folder.Check(parsed, options, model, parsed.GetValue(Report), parsed.GetValue(Picture), RecipeOptions.Target(parsed));
        if (!options.HasLimits) return;
        // By content: a copy or a link holds the same rows.
        var seen = Rows.Files(parsed).Where(File.Exists).Select(file => RecipeFile.Of(file).Sha256).ToHashSet();
        if (Inputs.Files(parsed).FirstOrDefault(file => File.Exists(file) && seen.Contains(RecipeFile.Of(file).Sha256)) is { } both)
            throw CommandException.Usage($"--inputs {both}: the models are fitted to these rows (--calibration); whether they keep a "
                + "limit, only others can tell.");
    }

    private static string Asked(SweepOptions options) => options.Curves switch
    {
        [ShrunkCurve { Shrinking: var shrinking }]
            => $"whole channels, score {shrinking.Score}, values {shrinking.Values}, multiples of {shrinking.Multiple}".ToLowerInvariant(),
        [var one] => $"preset {one.Name}",
        var several => $"presets {string.Join(", ", several.Select(curve => curve.Name))}",
    };

    private static T Shown<T>(ProgressBar bar, Func<ProgressBar, T> run)
    {
        try { return run(bar); }
        finally { bar.Clear(); }
    }
}
