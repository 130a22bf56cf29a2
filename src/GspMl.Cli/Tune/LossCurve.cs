using System.Globalization;
using System.Text;
using GspMl.Training;

namespace GspMl.Cli.Tune;

/// <summary>The losses over the epochs as an inline SVG, on a logarithmic axis.</summary>
internal static class LossCurve
{
    private const int Width = 720;
    private const int Height = 300;
    private const int Left = 70;
    private const int Bottom = 40;
    private const int Top = 15;
    private const int Right = 10;

    public static string Svg(IReadOnlyList<TuningEpoch> epochs)
    {
        double[] shown = [.. epochs.SelectMany(epoch => new[] { epoch.Loss, epoch.HeldBackLoss })
            .Where(loss => double.IsFinite(loss) && loss > 0)];
        if (shown.Length == 0) return "<p>There is no loss above 0.</p>";
        var (low, high) = (Math.Log10(shown.Min()), Math.Log10(shown.Max()));
        if (high - low < 0.02) (low, high) = (low - 0.01, high + 0.01);
        double Y(double loss) => Top + ((Height - Top - Bottom) * (high - Math.Log10(loss)) / (high - low));
        var svg = new StringBuilder($"<svg viewBox=\"0 0 {Width} {Height}\" width={Width} height={Height} role=img "
            + "font-family=sans-serif font-size=12>");
        foreach (var at in Enumerable.Range(0, 5).Select(i => low + ((high - low) * i / 4)))
        {
            var y = Text(Y(Math.Pow(10, at)));
            svg.Append($"<line x1={Left} x2={Width - Right} y1={y} y2={y} stroke=#ddd /><text x={Left - 6} y={y} text-anchor=end "
                + $"dominant-baseline=middle>{string.Create(CultureInfo.InvariantCulture, $"{Math.Pow(10, at):G3}")}</text>");
        }
        svg.Append($"<text x={Left} y={Height - 12}>epoch 0</text><text x={Width - Right} "
            + $"y={Height - 12} text-anchor=end>{epochs[^1].Epoch}</text>");
        Append(svg, epochs, epoch => epoch.Loss, Y, "#999");
        Append(svg, epochs, epoch => epoch.HeldBackLoss, Y, "#36c");
        return svg.Append("</svg>").ToString();
    }

    private static void Append(StringBuilder svg, IReadOnlyList<TuningEpoch> epochs, Func<TuningEpoch, double> loss, Func<double,
        double> y, string colour)
    {
        double X(int epoch) => Left + ((Width - Left - Right) * (double)epoch / Math.Max(1, epochs[^1].Epoch));
        var points = epochs.Where(epoch => double.IsFinite(loss(epoch)) && loss(epoch) > 0)
            .Select(epoch => $"{Text(X(epoch.Epoch))},{Text(y(loss(epoch)))}");
        svg.Append($"<polyline fill=none stroke={colour} stroke-width=2 points=\"{string.Join(' ', points)}\" />");
    }

    private static string Text(double coordinate) => coordinate.ToString("F1", CultureInfo.InvariantCulture);
}
