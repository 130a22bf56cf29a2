using System.Globalization;
using System.Text;

namespace GspMl.Cli.Html;

/// <summary>How often values occur, as an inline SVG: one outline for each set of values, each scaled to its own highest bin.</summary>
/// <param name="Label">What the page says of the chart to those who do not see it.</param>
/// <param name="Low">Where the axis begins.</param>
/// <param name="High">Where it ends; values outside are not drawn.</param>
/// <param name="Axis">How a place on the axis is written.</param>
internal sealed record Histogram(string Label, double Low, double High, Func<double, string> Axis)
{
    private const int PageWidth = 720;
    private const int Height = 220;
    private const int Bottom = 28;
    private const int Margin = 12;
    private const int MarkWidth = 90;

    /// <summary>Bins of the axis.</summary>
    public const int Bins = 72;

    /// <summary>Counts values.</summary>
    public long[] Count(IEnumerable<double> values)
    {
        var bins = new long[Bins];
        foreach (var value in values)
            if (value >= Low && value < High) bins[(int)Math.Min(Bins - 1, Bins * (value - Low) / (High - Low))]++;
        return bins;
    }

    /// <summary>The chart of counted values, for pages and phones.</summary>
    public string Svg(params IReadOnlyList<(string Name, string Colour, long[] Counts)> sets)
        => TwoWidths.Of(PageWidth, width => Draw(width, sets));

    private string Draw(int width, IReadOnlyList<(string Name, string Colour, long[] Counts)> sets)
    {
        var legend = Legend.Of(sets.Select(set => set.Name), Margin, width - Margin);
        var top = 6 + (Legend.LineHeight * Legend.Lines(legend));
        var svg = new StringBuilder($"<svg viewBox=\"0 0 {width} {Height}\" width={width} role=img aria-label=\"{HtmlPage.Encode(Label)}\" "
            + "font-family=sans-serif font-size=12>");
        for (var i = 0; i < sets.Count; i++)
            svg.Append($"<rect x={legend[i].X} y={5 + (Legend.LineHeight * legend[i].Line)} width=10 height=10 fill=\"{sets[i].Colour}\" />"
                + $"<text x={legend[i].X + 15} y={14 + (Legend.LineHeight * legend[i].Line)}>{HtmlPage.Encode(legend[i].Name)}</text>");
        svg.Append($"<line class=grid x1={Margin} x2={width - Margin} y1={Height - Bottom} y2={Height - Bottom} />");
        AddMarks(svg, width);
        foreach (var (_, colour, counts) in sets)
            svg.Append($"<polyline fill=none stroke=\"{colour}\" stroke-width=2 "
                + $"points=\"{string.Join(' ', Outline(width, top, counts))}\" />");
        return svg.Append("</svg>").ToString();
    }

    private void AddMarks(StringBuilder svg, int width)
    {
        var marks = Math.Clamp(width / MarkWidth, 3, 5);
        for (var i = 0; i < marks; i++)
        {
            var part = (double)i / (marks - 1);
            var anchor = i == 0 ? "start" : i == marks - 1 ? "end" : "middle";
            var label = HtmlPage.Encode(Axis(Low + (part * (High - Low))));
            svg.Append($"<text x={Text(X(width, part))} y={Height - 10} text-anchor={anchor}>{label}</text>");
        }
    }

    private static IEnumerable<string> Outline(int width, int top, long[] counts)
    {
        var most = Math.Max(1, counts.Max());
        for (var bin = 0; bin < counts.Length; bin++)
        {
            var y = Text(Height - Bottom - ((Height - top - Bottom) * (double)counts[bin] / most));
            yield return $"{Text(X(width, (double)bin / Bins))},{y}";
            yield return $"{Text(X(width, (bin + 1.0) / Bins))},{y}";
        }
    }

    private static double X(int width, double part) => Margin + (part * (width - (2 * Margin)));

    private static string Text(double number) => number.ToString("F1", CultureInfo.InvariantCulture);
}
