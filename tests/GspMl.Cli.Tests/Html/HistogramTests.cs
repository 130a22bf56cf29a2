using GspMl.Cli.Html;

namespace GspMl.Cli.Tests.Html;

public sealed class HistogramTests
{
    private static readonly Histogram Unit = new("<values>", 0, 1, value => $"{value:F2}");

    [Fact]
    public void Values_are_counted_where_they_lie_and_not_outside()
    {
        var counts = Unit.Count([0, 0.5, 0.5, 0.9999, 1, -0.1, double.NaN]);
        Assert.Equal((1, 2, 1, 4), (counts[0], counts[Histogram.Bins / 2], counts[^1], counts.Sum()));
    }

    [Fact]
    public void Every_set_has_its_outline_and_its_name()
    {
        var svg = Unit.Svg(("<a>", "red", Unit.Count([0.1])), ("b", "blue", Unit.Count([])));
        Assert.Equal(2 * 2, svg.Split("<polyline").Length - 1);
        Assert.Contains("&lt;a&gt;", svg, StringComparison.Ordinal);
        Assert.Contains("aria-label=\"&lt;values&gt;\"", svg, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", svg, StringComparison.Ordinal);
    }
}
