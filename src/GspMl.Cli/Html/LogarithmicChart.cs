using System.Globalization;
using System.Text;

namespace GspMl.Cli.Html;

/// <summary>Curves over numbered steps as an inline SVG, on a logarithmic axis; only values above 0 are drawn.</summary>
/// <param name="Name">What the page says of the chart to those who do not see it.</param>
/// <param name="Step">What a step is called.</param>
/// <param name="Label">What the axis says at a value.</param>
/// <param name="Empty">What is said where no value is above 0.</param>
internal sealed record LogarithmicChart(string Name, string Step, Func<double, string> Label, string Empty)
{
    private const int PageWidth = 720;
    private const int Height = 300;
    private const int Left = 70;
    private const int Right = 10;
    private const int Bottom = 40;
    private const int Top = 15;
    private const int Lines = 5;

    // Curves that hardly move still need an axis with two ends.
    private const double LeastRange = 0.02;

    /// <summary>The chart, for pages and phones.</summary>
    public string Svg(params IReadOnlyList<ChartCurve> curves)
    {
        double[] shown = [.. curves.SelectMany(curve => curve.Points).Select(point => point.Value).Where(IsShown)];
        return shown.Length == 0 ? $"<p>{Empty}</p>" : TwoWidths.Of(PageWidth, width => Draw(width, shown, curves));
    }

    private string Draw(int width, double[] shown, IReadOnlyList<ChartCurve> curves)
    {
        var (low, high) = (Math.Log10(shown.Min()), Math.Log10(shown.Max()));
        if (high - low < LeastRange) (low, high) = (low - (LeastRange / 2), high + (LeastRange / 2));
        var (first, last) = (curves.Min(curve => curve.Points[0].Step), curves.Max(curve => curve.Points[^1].Step));
        double X(int step) => Left + ((double)(width - Left - Right) * (step - first) / Math.Max(1, last - first));
        double Y(double logarithm) => Top + ((Height - Top - Bottom) * (high - logarithm) / (high - low));

        var svg = new StringBuilder($"<svg viewBox=\"0 0 {width} {Height}\" width={width} role=img aria-label=\"{HtmlPage.Encode(Name)}\" "
            + "font-family=sans-serif font-size=12>");
        foreach (var at in Enumerable.Range(0, Lines).Select(i => low + ((high - low) * i / (Lines - 1))))
            svg.Append($"<line x1={Left} x2={width - Right} y1={Text(Y(at))} y2={Text(Y(at))} class=grid /><text x={Left - 6} "
                + $"y={Text(Y(at))} text-anchor=end dominant-baseline=middle>{Label(Math.Pow(10, at))}</text>");
        svg.Append($"<text x={Left} y={Height - 12}>{Step} {first}</text><text x={width - Right} y={Height - 12} "
            + $"text-anchor=end>{last}</text>");
        foreach (var (colour, points) in curves)
        {
            var drawn = points.Where(point => IsShown(point.Value))
                .Select(point => $"{Text(X(point.Step))},{Text(Y(Math.Log10(point.Value)))}");
            svg.Append($"<polyline fill=none stroke=\"{colour}\" stroke-width=2 points=\"{string.Join(' ', drawn)}\" />");
        }
        return svg.Append("</svg>").ToString();
    }

    private static bool IsShown(double value) => double.IsFinite(value) && value > 0;

    private static string Text(double coordinate) => coordinate.ToString("F1", CultureInfo.InvariantCulture);
}

/// <summary>One curve: its colour, and its values by step, ascending.</summary>
internal sealed record ChartCurve(string Colour, IReadOnlyList<(int Step, double Value)> Points);
