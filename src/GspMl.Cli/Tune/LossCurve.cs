using System.Globalization;
using GspMl.Cli.Html;
using GspMl.Training;

namespace GspMl.Cli.Tune;

/// <summary>The losses over the epochs: of the rows trained on in grey, of those held back in blue.</summary>
internal static class LossCurve
{
    private static readonly LogarithmicChart Chart =
        new("Losses by epoch", "epoch", loss => loss.ToString("G3", CultureInfo.InvariantCulture), "There is no loss above 0.");

    public static string Svg(IReadOnlyList<TuningEpoch> epochs) => Chart.Svg(
        new("var(--third)", [.. epochs.Select(epoch => (epoch.Epoch, epoch.Loss))]),
        new("var(--first)", [.. epochs.Select(epoch => (epoch.Epoch, epoch.HeldBackLoss))]));
}
