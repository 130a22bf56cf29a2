using GspMl.Cli.Html;
using GspMl.Cli.Text;

namespace GspMl.Cli.Tune;

/// <summary>The HTML report of a tuning.</summary>
internal static class TuneReportPage
{
    public static HtmlPage Of(TuneResult result)
    {
        var page = new HtmlPage($"Tuning of {Path.GetFileName(result.Before.Path)}").Verdict(Verdict(result.Tuning));
        Add(page, result.Tuning);
        return page;
    }

    private static string Verdict(TuningSummary tuning)
    {
        var (first, best) = (tuning.Epochs[0], tuning.Epochs.Single(epoch => epoch.Epoch == tuning.BestEpoch));
        if (tuning.BestEpoch == 0)
            return "Training gained nothing: no epoch came under the loss that the model began with, and it is written as it was given.";
        return double.IsNaN(best.HeldBackLoss)
            ? $"Trained for {Format.Count(tuning.Epochs.Count - 1, "epoch")}; no rows were held back to judge by."
            : $"The loss on rows held back went from {first.HeldBackLoss:G4} to {best.HeldBackLoss:G4} with {Format.Percent(tuning.Zeros)} "
                + "zeros.";
    }

    private static string Figure(double loss) => double.IsNaN(loss) ? "–" : $"{loss:G4}";

    /// <summary>Adds the curve and what was left alone.</summary>
    public static void Add(HtmlPage page, TuningSummary tuning)
    {
        page.Heading("Tuning").Paragraph($"{Format.Count(tuning.Trained, "tensor")} trained in {Format.Count(tuning.Steps, "step")} on "
            + $"the {tuning.Provider}; {Format.Percent(tuning.Zeros)} of their weights are zero. The loss is the {tuning.Loss}. "
            + $"The result is the state after epoch {tuning.BestEpoch}.");
        if (tuning.Note.Length > 0) page.Paragraph(tuning.Note);
        page.Figure(LossCurve.Svg(tuning.Epochs),
            "The loss over the epochs, on a logarithmic axis: of the steps (grey), on rows held back (blue).");
        page.Table(["epoch", "loss of its steps", "loss on rows held back", "zeros"], tuning.Epochs.Select(epoch =>
            (IReadOnlyList<HtmlCell>)[$"{epoch.Epoch}", Figure(epoch.Loss), Figure(epoch.HeldBackLoss), Format.Percent(epoch.Zeros)]));
        if (tuning.LeftAlone.Count > 0)
            page.Heading("Not trained")
                .Table(["<weight", "<because"], tuning.LeftAlone.Select(weight => (IReadOnlyList<HtmlCell>)[weight.Name, weight.Reason]));
    }
}
