using System.CommandLine;
using GspMl.Cli.ModelFiles;
using GspMl.Cli.Shell;
using GspMl.Onnx;
using GspMl.Training;

namespace GspMl.Cli.Tune;

/// <summary><c>--tune EPOCHS</c> of commands that make a model smaller or sparser: it is trained on before it is written.</summary>
internal sealed class TuneOption
{
    private readonly Option<int?> epochs = new("--tune")
    {
        Description = "Train the new model on for so many epochs, so that its outputs come nearer to those of the given one; needs "
            + "--calibration. (More choices: gspml tune.)",
        HelpName = "EPOCHS",
    };

    private readonly Option<double?> heldBack = new("--held-back")
    {
        CustomParser = Number.ReadMaybe,
        Description = "The part of the calibration rows that nothing is fitted to: 0.1 with --tune, whose state that does best on them is "
            + "written, else 0. The rows are those that gspml tune --held-back takes too.",
    };

    /// <summary><c>--held-back</c>.</summary>
    public Option HeldBack => heldBack;

    /// <summary>The option as a command takes it.</summary>
    public static implicit operator Option(TuneOption option) => option.epochs;

    /// <summary>Refuses what cannot be meant, before the work.</summary>
    public void Check(ParseResult parsed, Calibration calibration)
    {
        if (parsed.GetValue(heldBack) is { } part)
        {
            if (!(part is >= 0 and <= 0.9)) throw CommandException.Usage($"--held-back {part}: not between 0 and 0.9.");
            if (!calibration.IsGiven(parsed)) throw Calibration.Missing("--held-back");
        }
        if (parsed.GetValue(epochs) is not { } count) return;
        if (count < 1) throw CommandException.Usage($"--tune {count}: at least 1 epoch.");
        if (!calibration.IsGiven(parsed)) throw Calibration.Missing("--tune");
    }

    /// <summary>Whether the model is trained on.</summary>
    public bool IsGiven(ParseResult parsed) => parsed.GetValue(epochs) is not null;

    /// <summary>The rows that may be fitted to.</summary>
    public EvaluationData? Fitted(ParseResult parsed, OnnxModel model, EvaluationData? rows)
        => rows is null ? null : ModelTuner.RowsToFit(model, rows, Part(parsed));

    private double Part(ParseResult parsed)
        => parsed.GetValue(heldBack) ?? (parsed.GetValue(epochs) is null ? 0 : new TuningOptions { Data = AnyRow }.HeldBack);

    private static EvaluationData AnyRow { get; } = new([InputTensor.Create(null, new float[1], 1)]);

    /// <summary>Trains a model on its calibration rows: its outputs are to be those of the model it was made of.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="dense">The model it was made of.</param>
    /// <param name="changed">The model; it stays as it is.</param>
    /// <param name="rows">All rows, those that were not fitted to among them.</param>
    /// <param name="maxThreads">How many threads may run.</param>
    /// <param name="messages">Progress.</param>
    /// <param name="cancel">Looked at between steps.</param>
    /// <returns>The trained model, and what training did; null where it was not asked for.</returns>
    public TunedModel? Run(ParseResult parsed, OnnxModel dense, OnnxModel changed, EvaluationData? rows, int maxThreads,
        TextWriter messages, CancellationToken cancel)
    {
        if (parsed.GetValue(epochs) is not { } count) return null;
        var options = new TuningOptions
        {
            Data = rows!,
            Teacher = dense,
            Epochs = count,
            HeldBack = Part(parsed),
            MaxThreads = maxThreads,
        };
        var (model, report) = TuningProgressBar.Shown(messages, progress => ModelTuner.Tune(changed, options, progress, cancel));
        var summary = TuningSummary.Of(report);
        Reasons.Tell(messages, TuneReasons.Of(summary));
        return new(model, summary);
    }
}

/// <summary>A model that was trained on.</summary>
internal sealed record TunedModel(OnnxModel Model, TuningSummary Summary) : IDisposable
{
    public void Dispose() => Model.Dispose();
}
