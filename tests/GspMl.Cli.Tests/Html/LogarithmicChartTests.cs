using GspMl.Cli.Html;

namespace GspMl.Cli.Tests.Html;

public class LogarithmicChartTests
{
    private static readonly LogarithmicChart Chart = new("losses", "epoch", value => $"{value:G3}", "nothing above 0");

    [Fact]
    public void Decades_are_equally_far_apart_and_what_has_no_logarithm_is_left_out()
    {
        var svg = Chart.Svg(new ChartCurve("#36c", [(1, 100), (2, 10), (3, 0), (4, double.NaN), (5, 1)]));
        Assert.Contains("points=\"70.0,15.0 230.0,137.5 710.0,260.0\"", svg, StringComparison.Ordinal);
        Assert.Contains(">epoch 1<", svg, StringComparison.Ordinal);
        Assert.Contains(">31.6<", svg, StringComparison.Ordinal);
    }

    [Fact]
    public void Curves_share_their_axes()
    {
        var svg = Chart.Svg(new("a", [(0, 1), (4, 10)]), new("b", [(2, 100), (4, 10)]));
        Assert.Contains("stroke=\"a\" stroke-width=2 points=\"70.0,260.0 710.0,137.5\"", svg, StringComparison.Ordinal);
        Assert.Contains("stroke=\"b\" stroke-width=2 points=\"390.0,15.0 710.0,137.5\"", svg, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_to_draw_is_said() => Assert.Equal("<p>nothing above 0</p>", Chart.Svg(new ChartCurve("a", [(1, 0)])));
}
