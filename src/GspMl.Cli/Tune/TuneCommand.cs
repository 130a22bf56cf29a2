using System.CommandLine;
using GspMl.Cli.Inputs;
using GspMl.Cli.ModelFiles;
using GspMl.Cli.Shell;
using GspMl.Onnx;
using GspMl.Training;

namespace GspMl.Cli.Tune;

/// <summary><c>gspml tune</c>: trains a model on, pruned, shrunk or dense, on typical input rows.</summary>
internal static class TuneCommand
{
    private static readonly ModelChange Files = new();
    private static readonly InputOptions Rows = new("--calibration", "Typical input rows.", isRequired: true);
    private static readonly Option<string?> Labels = new("--labels")
    {
        Description = "The right class of each row, whole numbers.",
        HelpName = "Y.npy",
    };
    private static readonly Option<double?> LabelShare = new("--label-share")
    {
        CustomParser = Number.ReadMaybe,
        Description = "With --labels: the part of the loss that they are, 0 … 1 (0.5); the rest is what the teacher says.",
    };
    private static readonly Option<string?> Teacher = new("--teacher")
    {
        Description = "The model whose outputs are wanted, such as the dense one; without it the model itself as it is.",
        HelpName = "DENSE.onnx",
    };
    private static readonly SparsityWords Sparsity = new();
    private static readonly TrainingWords Training = new();

    public static Command Create(CommandShell shell)
    {
        var command = new Command("tune",
            "Train a model on, on ONNX Runtime: its outputs come nearer to those of a teacher, or to labels, while its "
            + "zeros stay zeros or rise.")
        {
            Rows, Rows.Constants, Rows.Axes, Labels, LabelShare, Teacher,
        };
        foreach (var option in Sparsity.Options.Concat(Training.Options)) command.Options.Add(option);
        Files.AddTo(command);
        return shell.Runs(command, (parsed, cancel) => Run(parsed, shell.Messages, cancel));
    }

    private static TuneResult Run(ParseResult parsed, TextWriter messages, CancellationToken cancel)
    {
        var options = Training.Read(parsed) with { Sparsity = Sparsity.Read(parsed), LabelShare = ReadShare(parsed) };
        var labels = parsed.GetValue(Labels);
        if (Sparsity.Keeps(parsed) && labels is null && parsed.GetValue(Teacher) is null)
            throw CommandException.Usage("there is nothing to learn: give --teacher DENSE.onnx, --labels Y.npy, or zeros to rise to.");
        Files.Check(parsed);
        if (options.Checkpoint is { } state) OutputPath.Check(state);
        using var model = Files.Load(parsed);
        using var teacher = parsed.GetValue(Teacher) is { } path ? OnnxModel.Load(path) : null;
        if (teacher is not null) NamedTwice.RefuseData(parsed, teacher);
        options = options with { Data = Rows.Read(parsed, model, labels, messages), Teacher = teacher };
        var (tuned, report) = TuningProgressBar.Shown(messages, progress => ModelTuner.Tune(model, options, progress, cancel));
        using var _ = tuned;
        Reasons.Tell(messages, TuneReasons.Of(TuningSummary.Of(report)));
        var before = Files.Before(parsed, model);
        var result = TuneResult.Of(report, before, Files.Write(parsed, tuned, WeightStorage.Dense, cancel));
        Files.SaveReport(parsed, page => TuneReportPage.Of(result).Save(page));
        return result;
    }

    private static double ReadShare(ParseResult parsed)
    {
        if (parsed.GetValue(LabelShare) is not { } share) return 0.5;
        if (parsed.GetValue(Labels) is null) throw CommandException.Usage("--label-share needs --labels Y.npy.");
        return share is >= 0 and <= 1 ? share : throw CommandException.Usage($"--label-share {share}: not between 0 and 1.");
    }
}
