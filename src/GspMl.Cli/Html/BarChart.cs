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
    private const int Width = 900;
    private const int LetterWidth = 7;
    private const int Right = 64;
    private const int Top = 24;
    private const int BarHeight = 9;
    private const int LettersShown = 40;
    private const int RowGap = 6;

    private int RowHeight => ((BarHeight + 1) * Series.Count) + RowGap;

    /// <summary>The chart; a value that is NaN has no bar.</summary>
    public string Svg(IReadOnlyList<(string Name, double[] Values)> rows)
    {
        var left = 16 + (LetterWidth * rows.Select(row => Short(row.Name).Length).DefaultIfEmpty().Max());
        var svg = new StringBuilder($"<svg viewBox=\"0 0 {Width} {Top + (RowHeight * rows.Count)}\" width={Width} role=img aria-label=\""
            + $"{HtmlPage.Encode(Label)}\" font-family=sans-serif font-size=11>");
        for (var s = 0; s < Series.Count; s++)
            svg.Append($"<rect x={left + (s * 170)} y=5 width=10 height=10 fill=\"{Series[s].Colour}\" />"
                + $"<text x={left + (s * 170) + 15} y=14>{HtmlPage.Encode(Series[s].Name)}</text>");
        for (var i = 0; i < rows.Count; i++)
        {
            var y = Top + (i * RowHeight);
            var middle = y + ((RowHeight - RowGap) / 2) + 4;
            svg.Append($"<text x={left - 8} y={middle} text-anchor=end>{HtmlPage.Encode(Short(rows[i].Name))}</text>");
            for (var s = 0; s < Series.Count; s++) svg.Append(Bar(left, y + (s * (BarHeight + 1)), rows[i].Values[s], Series[s]));
        }
        return svg.Append("</svg>").ToString();
    }

    private string Bar(int left, int y, double value, BarSeries series)
    {
        if (double.IsNaN(value)) return "";
        var width = (Width - left - Right) * Math.Clamp(value / Most, 0, 1);
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
