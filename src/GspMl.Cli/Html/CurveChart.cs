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
    private const int PageWidth = 720;

    /// <summary>The chart as part of a page, for pages and phones.</summary>
    public string Svg(IReadOnlyList<Curve> curves, IReadOnlyList<LevelLine> lines)
        => TwoWidths.Of(PageWidth, width => new CurveDrawing(this, width, curves, lines).Svg(""));

    /// <summary>The chart as a file of its own, light or dark as its reader's system is.</summary>
    public string File(IReadOnlyList<Curve> curves, IReadOnlyList<LevelLine> lines) => new CurveDrawing(this, PageWidth, curves, lines).Svg(
        $"<style>{PageStyle.Colours} text {{ fill: var(--text) }} .grid {{ stroke: var(--line) }}</style>"
        + "<rect width=\"100%\" height=\"100%\" fill=\"var(--page)\"/>") + "\n";
}
