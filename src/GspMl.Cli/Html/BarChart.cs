using System.Globalization;
using System.Text;

namespace GspMl.Cli.Html;

/// <summary>
/// Things from top to bottom as an inline SVG: for each a bar of each of one or two quantities, with its figure beside it.
/// </summary>
/// <param name="Label">What the page says of the chart to those who do not see it.</param>
/// <param name="Series">Name, colour and figure of each quantity.</param>
/// <param name="Most">The longest bar; longer ones are cut, so that one that is far off leaves something to see of the others.</param>
internal sealed record BarChart(string Label, IReadOnlyList<BarSeries> Series, double Most)
{
    private const int PageWidth = 900;
    private const int LetterWidth = 7;
    private const int Right = 64;
    private const int BarHeight = 9;
    private const int LettersShown = 40;
    private const int RowGap = 6;
    private const int NameHeight = 14;

    private int BarsHeight => (BarHeight + 1) * Series.Count;

    /// <summary>The chart, for pages and phones; a value that is NaN has no bar.</summary>
    public string Svg(IReadOnlyList<(string Name, double[] Values)> rows) => TwoWidths.Of(PageWidth, width => Draw(width, rows));

    private string Draw(int width, IReadOnlyList<(string Name, double[] Values)> rows)
    {
        // On a page names stand beside their bars, on a phone over them.
        var isPage = width == PageWidth;
        var left = isPage ? 16 + (LetterWidth * rows.Select(row => Short(row.Name).Length).DefaultIfEmpty().Max()) : 0;
        var legend = Legend.Of(Series.Select(series => series.Name), left, width);
        var top = 6 + (Legend.LineHeight * Legend.Lines(legend));
        var height = BarsHeight + RowGap + (isPage ? 0 : NameHeight);
        var svg = new StringBuilder($"<svg viewBox=\"0 0 {width} {top + (height * rows.Count)}\" width={width} role=img aria-label=\""
            + $"{HtmlPage.Encode(Label)}\" font-family=sans-serif font-size=11>");
        foreach (var (entry, series) in legend.Zip(Series))
            svg.Append($"<rect x={entry.X} y={5 + (Legend.LineHeight * entry.Line)} width=10 height=10 fill=\"{series.Colour}\" />"
                + $"<text x={entry.X + 15} y={14 + (Legend.LineHeight * entry.Line)}>{HtmlPage.Encode(entry.Name)}</text>");
        for (var i = 0; i < rows.Count; i++)
        {
            var y = top + (i * height);
            var name = HtmlPage.Encode(Short(rows[i].Name));
            svg.Append(isPage ? $"<text x={left - 8} y={y + (BarsHeight / 2) + 4} text-anchor=end>{name}</text>"
                : $"<text x=0 y={y + NameHeight - 4}>{name}</text>");
            for (var s = 0; s < Series.Count; s++)
                svg.Append(Bar(width, left, y + (s * (BarHeight + 1)) + (isPage ? 0 : NameHeight), rows[i].Values[s], Series[s]));
        }
        return svg.Append("</svg>").ToString();
    }

    private string Bar(int chart, int left, int y, double value, BarSeries series)
    {
        if (double.IsNaN(value)) return "";
        var width = (chart - left - Right) * Math.Clamp(value / Most, 0, 1);
        return $"<rect x={left} y={y} width={Text(width)} height={BarHeight} fill=\"{series.Colour}\" />"
            + $"<text x={Text(left + width + 4)} y={y + BarHeight - 1} font-size=9>{HtmlPage.Encode(series.Figure(value))}</text>";
    }

    /// <summary>The end of a long name: that is where names of one model differ.</summary>
    private static string Short(string name) => name.Length <= LettersShown ? name : $"…{name[^(LettersShown - 1)..]}";

    private static string Text(double number) => number.ToString("F1", CultureInfo.InvariantCulture);
}

/// <summary>One quantity of a bar chart.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Colour">Its colour, in CSS.</param>
/// <param name="Figure">How a value is written.</param>
internal sealed record BarSeries(string Name, string Colour, Func<double, string> Figure);
