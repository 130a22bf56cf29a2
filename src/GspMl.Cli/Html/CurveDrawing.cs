using System.Globalization;
using System.Text;

namespace GspMl.Cli.Html;

/// <summary>A chart of curves in one width.</summary>
internal sealed class CurveDrawing
{
    private const int PlotHeight = 254;
    private const int Bottom = 50;
    private const int TitleHeight = 36;
    private const int LetterWidth = 6;
    private const int BetweenMarks = 12;
    private const int BetweenWhiskers = 7;
    private const int RoomForMarks = 480;

    private readonly CurveChart chart;
    private readonly IReadOnlyList<Curve> curves;
    private readonly IReadOnlyList<LevelLine> lines;
    private readonly IReadOnlyList<LegendEntry> legend;
    private readonly bool isBesideTitle;
    private readonly int width, left, right, top, height;

    public CurveDrawing(CurveChart chart, int width, IReadOnlyList<Curve> curves, IReadOnlyList<LevelLine> lines)
    {
        (this.chart, this.width, this.curves, this.lines) = (chart, width, curves, lines);
        (left, right) = width < RoomForMarks ? (62, 14) : (76, 24);
        string[] names = [.. Named.Select(curve => curve.Name), .. lines.Select(line => line.Name)];
        var (wanted, title) = (names.Sum(name => Legend.Width(name) + 14), Legend.Width(chart.Y.Title));
        // Beside the title where both fit, else under it.
        isBesideTitle = title + wanted <= width - right;
        legend = isBesideTitle ? Legend.Of(names, (int)(width - right - wanted + 14), width) : Legend.Of(names, 8, width - 8);
        top = TitleHeight + (isBesideTitle ? 0 : Legend.LineHeight * Legend.Lines(legend));
        height = top + PlotHeight + Bottom;
    }

    private IEnumerable<Curve> Named => curves.Where(curve => curve.Name.Length > 0);

    /// <summary>The drawing.</summary>
    /// <param name="before">Markup that stands first.</param>
    public string Svg(string before)
    {
        var svg = new StringBuilder($"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" "
            + $"role=\"img\" aria-label=\"{HtmlPage.Encode(chart.Label)}\" font-family=\"sans-serif\" font-size=\"12\">{before}");
        AddAxes(svg);
        foreach (var line in lines) svg.Append(Dashed(left, width - right, AtY(line.Y)));
        AddLegend(svg);
        foreach (var curve in curves.Where(curve => curve.Name.Length == 0)) Add(svg, curve, 0);
        foreach (var (i, curve) in Named.Index()) Add(svg, curve, i);
        foreach (var curve in curves) AddMarks(svg, curve);
        return svg.Append("</svg>").ToString();
    }

    private void AddAxes(StringBuilder svg)
    {
        foreach (var mark in chart.Y.Marks)
            svg.Append($"<line class=\"grid\" x1=\"{left}\" x2=\"{width - right}\" y1=\"{AtY(mark)}\" y2=\"{AtY(mark)}\"/>"
                + Words(left - 8, PlaceY(mark) + 4, "end", chart.Y.Text(mark)));
        foreach (var mark in MarksBelow())
            svg.Append($"<line class=\"grid\" x1=\"{AtX(mark)}\" x2=\"{AtX(mark)}\" y1=\"{height - Bottom}\" y2=\"{height - Bottom + 5}\"/>"
                + Words(PlaceX(mark), height - Bottom + 19, "middle", chart.X.Text(mark)));
        svg.Append($"<line class=\"grid\" x1=\"{left}\" x2=\"{width - right}\" y1=\"{height - Bottom}\" y2=\"{height - Bottom}\"/>");
        svg.Append(Words(width - right, height - 10, "end", chart.X.Title));
        svg.Append(Words(8, 16, "start", chart.Y.Title));
    }

    /// <summary>As many marks as have room for their words.</summary>
    private IEnumerable<double> MarksBelow()
    {
        double[] marks = [.. chart.X.Marks];
        var wanted = marks.Sum(mark => (LetterWidth * chart.X.Text(mark).Length) + BetweenMarks);
        var every = Math.Max(1, (int)Math.Ceiling((double)wanted / (width - left - right)));
        return marks.Where((_, i) => i % every == 0);
    }

    private void AddLegend(StringBuilder svg)
    {
        var entries = new Queue<LegendEntry>(legend);
        foreach (var (i, curve) in Named.Index())
        {
            var entry = entries.Dequeue();
            svg.Append(Point(i, entry.X + 14, LegendY(entry), 4, $"fill=\"{curve.Colour}\"", ""));
            svg.Append(Words(entry.X + 24, LegendY(entry) + 4, "start", entry.Name));
        }
        foreach (var entry in entries)
            svg.Append(Dashed(entry.X, entry.X + 20, $"{LegendY(entry)}") + Words(entry.X + 24, LegendY(entry) + 4, "start", entry.Name));
    }

    private int LegendY(LegendEntry entry) => 12 + (Legend.LineHeight * (entry.Line + (isBesideTitle ? 0 : 1)));

    private void Add(StringBuilder svg, Curve curve, int number)
    {
        var points = curve.Points.Where(point => double.IsFinite(point.Y)).OrderBy(point => point.X).ToList();
        var places = string.Join(' ', points.Select(point => $"{AtX(point.X)},{AtY(point.Y)}"));
        svg.Append($"<polyline fill=\"none\" stroke=\"{curve.Colour}\" stroke-width=\"2\" points=\"{places}\"/>");
        // Whiskers of curves over the same places would hide each other.
        var aside = (number - ((Named.Count() - 1) / 2.0)) * BetweenWhiskers;
        foreach (var point in points)
        {
            if (point is { Low: { } low, High: { } high }) svg.Append(Whisker(PlaceX(point.X) + aside, low, high, curve.Colour));
            svg.Append(Point(number, PlaceX(point.X), PlaceY(point.Y), 4, $"fill=\"{curve.Colour}\"",
                $"<title>{HtmlPage.Encode($"{curve.Name} {chart.X.Text(point.X)}: {chart.Y.Text(point.Y)}".Trim())}</title>"));
        }
    }

    /// <summary>A disc, a square or a diamond: curves are told apart without colours too.</summary>
    private static string Point(int number, double x, double y, int size, string paint, string content) => (number % 3) switch
    {
        0 => $"<circle cx=\"{Text(x)}\" cy=\"{Text(y)}\" r=\"{size}\" {paint}>{content}</circle>",
        1 => $"<rect x=\"{Text(x - size)}\" y=\"{Text(y - size)}\" width=\"{2 * size}\" height=\"{2 * size}\" {paint}>{content}</rect>",
        _ => $"<path d=\"M{Text(x - size - 1)} {Text(y)}L{Text(x)} {Text(y - size - 1)}L{Text(x + size + 1)} {Text(y)}L{Text(x)} "
            + $"{Text(y + size + 1)}Z\" {paint}>{content}</path>",
    };

    private string Whisker(double x, double low, double high, string colour)
    {
        const int Cap = 4;
        var caps = string.Concat(new[] { low, high }.Select(end => $"M{Text(x - Cap)} {AtY(end)}h{2 * Cap}"));
        return $"<path d=\"M{Text(x)} {AtY(low)}V{AtY(high)}{caps}\" fill=\"none\" stroke=\"{colour}\" stroke-opacity=\"0.55\"/>";
    }

    private void AddMarks(StringBuilder svg, Curve curve)
    {
        // Where there is room: a curve that falls leaves it below to the left, one that rises below to the right.
        var falls = curve.Points.Count > 0
            && curve.Points.MinBy(point => point.X)!.Y >= curve.Points.MaxBy(point => point.X)!.Y;
        foreach (var point in curve.Points.Where(point => point.Mark.Length > 0 && double.IsFinite(point.Y)))
        {
            var letters = LetterWidth * point.Mark.Length;
            var isLeft = (falls && PlaceX(point.X) - left > letters + 10) || PlaceX(point.X) + 10 + letters > width;
            svg.Append($"<circle cx=\"{AtX(point.X)}\" cy=\"{AtY(point.Y)}\" r=\"8\" fill=\"none\" stroke=\"{curve.Colour}\" "
                + "stroke-width=\"1.5\"/>"
                + Words(PlaceX(point.X) + (isLeft ? -10 : 10), Math.Min(PlaceY(point.Y) + 22, height - Bottom - 6),
                    isLeft ? "end" : "start", point.Mark));
        }
    }

    private static string Dashed(int from, int to, string y)
        => $"<line x1=\"{from}\" x2=\"{to}\" y1=\"{y}\" y2=\"{y}\" stroke=\"var(--third)\" stroke-width=\"1.5\" "
            + "stroke-dasharray=\"6 4\"/>";

    private static string Words(double x, double y, string anchor, string words)
        => $"<text x=\"{Text(x)}\" y=\"{Text(y)}\" text-anchor=\"{anchor}\">{HtmlPage.Encode(words)}</text>";

    private double PlaceX(double value) => left + ((width - left - right) * chart.X.Place(value));

    private double PlaceY(double value) => top + (PlotHeight * (1 - Math.Clamp(chart.Y.Place(value), 0, 1)));

    private string AtX(double value) => Text(PlaceX(value));

    private string AtY(double value) => Text(PlaceY(value));

    private static string Text(double number) => number.ToString("F1", CultureInfo.InvariantCulture);
}
