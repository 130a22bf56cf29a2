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

    /// <summary>The option as a command takes it.</summary>
    public static implicit operator Option(TuneOption option) => option.epochs;

    /// <summary>Refuses what cannot be meant, before the work.</summary>
    public void Check(ParseResult parsed, Calibration calibration)
    {
        if (parsed.GetValue(epochs) is not { } count) return;
        if (count < 1) throw CommandException.Usage($"--tune {count}: at least 1 epoch.");
        if (!calibration.IsGiven(parsed)) throw Calibration.Missing("--tune");
    }

    /// <summary>Trains a model on its calibration rows: its outputs are to be those of the model it was made of.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="dense">The model it was made of.</param>
    /// <param name="changed">The model; it stays as it is.</param>
    /// <param name="options">The rows, and how many threads may run; the rest is set here.</param>
    /// <param name="areFitted">Whether values were fitted to all rows: then none of them can judge which state is the better one.</param>
    /// <param name="messages">Progress.</param>
    /// <param name="cancel">Looked at between steps.</param>
    /// <returns>The trained model, and what training did; null where it was not asked for.</returns>
    public TunedModel? Run(ParseResult parsed, OnnxModel dense, OnnxModel changed, TuningOptions options, bool areFitted,
        TextWriter messages, CancellationToken cancel)
    {
        if (parsed.GetValue(epochs) is not { } count) return null;
        options = options with { Teacher = dense, Epochs = count, HeldBack = areFitted ? 0 : options.HeldBack };
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
