using GspMl.Cli.Text;
using GspMl.Onnx;
using GspMl.Training;
using Spectre.Console;

namespace GspMl.Cli.Tune;

/// <summary>What a tuning did, as results tell it.</summary>
/// <param name="Loss">How outputs were compared.</param>
/// <param name="LossBefore">The loss on rows held back before the first step; none where no row is held back.</param>
/// <param name="LossAfter">The same of the state that is the result.</param>
/// <param name="BestEpoch">The epoch that this state is of.</param>
/// <param name="Zeros">The fraction of zeros of all weights that were trained.</param>
/// <param name="Steps">Steps that were made.</param>
/// <param name="Seconds">The time that they took.</param>
/// <param name="Provider">What ran them.</param>
/// <param name="Trained">Tensors that were trained.</param>
/// <param name="LeftAlone">Weights that were not, and why.</param>
/// <param name="Epochs">The curve.</param>
/// <param name="Note">What there is to tell beside.</param>
internal sealed record TuningSummary(
    string Loss, double LossBefore, double LossAfter, int BestEpoch, double Zeros, int Steps, double Seconds, string Provider, int Trained,
    IReadOnlyList<SkippedTensor> LeftAlone, IReadOnlyList<TuningEpoch> Epochs, string Note)
{
    public static TuningSummary Of(TuningReport report) => new(report.Options.Loss.ToString(), report.Epochs[0].HeldBackLoss,
        report.Best.HeldBackLoss, report.BestEpoch, report.Best.Zeros, report.Steps, report.Time.TotalSeconds, report.Provider,
        report.Trained.Count, report.LeftAlone, report.Epochs, report.Note);

    public void WriteText(IAnsiConsole console)
    {
        if (!double.IsNaN(LossAfter))
            console.MarkupLineInterpolated(
                $"Loss on rows held back ({Loss}): {LossBefore:G3} before, {LossAfter:G3} after epoch {BestEpoch}.");
        else if (Epochs.Count > 1)
            console.MarkupLineInterpolated(
                $"Loss of the steps ({Loss}): {Epochs[1].Loss:G3} in the first epoch, {Epochs[^1].Loss:G3} in the last.");
        var time = Format.Duration(TimeSpan.FromSeconds(Seconds));
        console.MarkupInterpolated($"{Format.Count(Trained, "tensor")} trained in {Format.Count(Steps, "step")}, {time} on the ");
        console.MarkupLineInterpolated($"{Provider}; {Format.Percent(Zeros)} of their weights are zero.");
        foreach (var tensor in LeftAlone) console.MarkupLineInterpolated($"Not trained: {tensor.Name}: {tensor.Reason}.");
        if (Note.Length > 0) console.MarkupLineInterpolated($"{Note}");
    }
}
