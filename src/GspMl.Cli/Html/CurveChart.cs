using System.Globalization;
using System.Text;

namespace GspMl.Cli.Html;

/// <summary>A point of a curve.</summary>
/// <param name="X">Its place.</param>
/// <param name="Y">Its value.</param>
/// <param name="Low">Where its whisker begins; null where it has none.</param>
/// <param name="High">Where its whisker ends.</param>
/// <param name="Mark">What is said of it; empty where nothing is.</param>
internal sealed record CurvePoint(double X, double Y, double? Low = null, double? High = null, string Mark = "");

/// <summary>One curve.</summary>
/// <param name="Name">What it is called; empty where the legend is not to name it.</param>
/// <param name="Colour">Its colour, in CSS.</param>
/// <param name="Points">The points, in any order.</param>
internal sealed record Curve(string Name, string Colour, IReadOnlyList<CurvePoint> Points);

/// <summary>A level line that is drawn across.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Y">Where it lies.</param>
internal sealed record LevelLine(string Name, double Y);

/// <summary>
/// Measured values against others as an SVG: points joined by lines, their intervals as whiskers, level lines to compare with. Inline it
/// takes the colours of its page; standing alone it brings its own.
/// </summary>
/// <param name="Label">What is said of the chart to those who do not see it.</param>
/// <param name="X">The axis below.</param>
/// <param name="Y">The axis to the left.</param>
internal sealed record CurveChart(string Label, ChartAxis X, ChartAxis Y)
{
    private const int Width = 720;
    private const int Height = 340;
    private const int Left = 76;
    private const int Right = 24;
    private const int Top = 36;
    private const int Bottom = 50;
    private const int LetterWidth = 6;

    /// <summary>The chart as part of a page.</summary>
    public string Svg(IReadOnlyList<Curve> curves, IReadOnlyList<LevelLine> lines) => Document("", curves, lines);

    /// <summary>The chart as a file of its own, light or dark as its reader's system is.</summary>
    public string File(IReadOnlyList<Curve> curves, IReadOnlyList<LevelLine> lines) => Document(
        $"<style>{PageStyle.Colours} text {{ fill: var(--text) }} .grid {{ stroke: var(--line) }}</style>"
        + $"<rect width=\"{Width}\" height=\"{Height}\" fill=\"var(--page)\"/>", curves, lines) + "\n";

    private string Document(string before, IReadOnlyList<Curve> curves, IReadOnlyList<LevelLine> lines)
    {
        var svg = new StringBuilder($"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Height}\" width=\"{Width}\" "
            + $"role=\"img\" aria-label=\"{HtmlPage.Encode(Label)}\" font-family=\"sans-serif\" font-size=\"12\">{before}");
        AddAxes(svg);
        foreach (var line in lines)
            svg.Append($"<line x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{AtY(line.Y)}\" y2=\"{AtY(line.Y)}\" stroke=\"var(--third)\" "
                + "stroke-width=\"1.5\" stroke-dasharray=\"6 4\"/>");
        AddLegend(svg, curves, lines);
        foreach (var curve in curves) Add(svg, curve);
        foreach (var curve in curves) AddMarks(svg, curve);
        return svg.Append("</svg>").ToString();
    }

    private void AddAxes(StringBuilder svg)
    {
        foreach (var mark in Y.Marks)
            svg.Append($"<line class=\"grid\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{AtY(mark)}\" y2=\"{AtY(mark)}\"/>"
                + Words(Left - 8, PlaceY(mark) + 4, "end", Y.Text(mark)));
        foreach (var mark in X.Marks)
            svg.Append($"<line class=\"grid\" x1=\"{AtX(mark)}\" x2=\"{AtX(mark)}\" y1=\"{Height - Bottom}\" y2=\"{Height - Bottom + 5}\"/>"
                + Words(PlaceX(mark), Height - Bottom + 19, "middle", X.Text(mark)));
        svg.Append($"<line class=\"grid\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{Height - Bottom}\" y2=\"{Height - Bottom}\"/>");
        svg.Append(Words(Width - Right, Height - 10, "end", X.Title));
        svg.Append(Words(8, 16, "start", Y.Title));
    }

    /// <summary>From the right end of the first line to the left, the last name first.</summary>
    private static void AddLegend(StringBuilder svg, IReadOnlyList<Curve> curves, IReadOnlyList<LevelLine> lines)
    {
        var right = Width - Right;
        foreach (var line in lines.Reverse())
        {
            right -= Words(svg, right, line.Name);
            svg.Append($"<line x1=\"{right - 24}\" x2=\"{right - 4}\" y1=\"12\" y2=\"12\" stroke=\"var(--third)\" stroke-width=\"1.5\" "
                + "stroke-dasharray=\"6 4\"/>");
            right -= 40;
        }
        foreach (var curve in curves.Where(curve => curve.Name.Length > 0).Reverse())
        {
            right -= Words(svg, right, curve.Name);
            svg.Append($"<circle cx=\"{right - 10}\" cy=\"12\" r=\"4\" fill=\"{curve.Colour}\"/>");
            right -= 30;
        }
    }

    private static int Words(StringBuilder svg, int right, string words)
    {
        svg.Append(Words(right, 16, "end", words));
        return LetterWidth * words.Length;
    }

    private void Add(StringBuilder svg, Curve curve)
    {
        var points = curve.Points.Where(point => double.IsFinite(point.Y)).OrderBy(point => point.X).ToList();
        var places = string.Join(' ', points.Select(point => $"{AtX(point.X)},{AtY(point.Y)}"));
        svg.Append($"<polyline fill=\"none\" stroke=\"{curve.Colour}\" stroke-width=\"2\" points=\"{places}\"/>");
        foreach (var point in points)
        {
            if (point is { Low: { } low, High: { } high }) svg.Append(Whisker(point.X, low, high, curve.Colour));
            svg.Append($"<circle cx=\"{AtX(point.X)}\" cy=\"{AtY(point.Y)}\" r=\"4\" fill=\"{curve.Colour}\">"
                + $"<title>{HtmlPage.Encode($"{X.Text(point.X)}: {Y.Text(point.Y)}")}</title></circle>");
        }
    }

    private string Whisker(double x, double low, double high, string colour)
    {
        var (at, cap) = (PlaceX(x), 4);
        var caps = string.Concat(new[] { low, high }.Select(end => $"M{Text(at - cap)} {AtY(end)}h{2 * cap}"));
        return $"<path d=\"M{AtX(x)} {AtY(low)}V{AtY(high)}{caps}\" "
            + $"fill=\"none\" stroke=\"{colour}\" stroke-opacity=\"0.55\"/>";
    }

    private void AddMarks(StringBuilder svg, Curve curve)
    {
        // Where there is room: a curve that falls leaves it below to the left, one that rises below to the right.
        var falls = curve.Points.Count > 0
            && curve.Points.MinBy(point => point.X)!.Y >= curve.Points.MaxBy(point => point.X)!.Y;
        foreach (var point in curve.Points.Where(point => point.Mark.Length > 0 && double.IsFinite(point.Y)))
        {
            var isLeft = falls && PlaceX(point.X) - Left > LetterWidth * point.Mark.Length;
            svg.Append($"<circle cx=\"{AtX(point.X)}\" cy=\"{AtY(point.Y)}\" r=\"8\" fill=\"none\" stroke=\"{curve.Colour}\" "
                + "stroke-width=\"1.5\"/>"
                + Words(PlaceX(point.X) + (isLeft ? -10 : 10), Math.Min(PlaceY(point.Y) + 22, Height - Bottom - 6),
                    isLeft ? "end" : "start", point.Mark));
        }
    }

    private static string Words(double x, double y, string anchor, string words)
        => $"<text x=\"{Text(x)}\" y=\"{Text(y)}\" text-anchor=\"{anchor}\">{HtmlPage.Encode(words)}</text>";

    private double PlaceX(double value) => Left + ((Width - Left - Right) * X.Place(value));

    private double PlaceY(double value) => Top + ((Height - Top - Bottom) * (1 - Math.Clamp(Y.Place(value), 0, 1)));

    private string AtX(double value) => Text(PlaceX(value));

    private string AtY(double value) => Text(PlaceY(value));

    private static string Text(double number) => number.ToString("F1", CultureInfo.InvariantCulture);
}
