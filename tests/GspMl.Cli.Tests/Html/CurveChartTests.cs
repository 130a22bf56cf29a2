using System.Xml.Linq;
using GspMl.Cli.Html;

namespace GspMl.Cli.Tests.Html;

public class CurveChartTests
{
    private static readonly ChartAxis X = new("zeros", 0, 1, 0.5, value => $"{value}");
    private static readonly ChartAxis Y = new("accuracy", 0, 10, 5, value => $"{value}");
    private static readonly CurveChart Chart = new("a chart", X, Y);

    [Fact]
    public void Points_lie_where_their_values_say_and_whiskers_around_them()
    {
        var svg = Chart.Svg([new("a", "blue", [new(1, 0), new(0, 10, 5, 10), new(0.5, double.NaN)])], []);
        Assert.Contains("points=\"76.0,36.0 696.0,290.0\"", svg, StringComparison.Ordinal);
        Assert.Contains("d=\"M76.0 163.0V36.0M72.0 163.0h8M72.0 36.0h8\"", svg, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_chart_is_a_document_whose_names_are_no_markup()
    {
        var text = Chart.File([new("<b>&'\"", "blue", [new(0.2, 3, Mark: "knee <i>")])], [new("dense", 4)]);
        var svg = XDocument.Parse(text);
        Assert.Equal("svg", svg.Root!.Name.LocalName);
        Assert.Contains(svg.Descendants(), element => element.Value == "knee <i>");
        Assert.Contains("prefers-color-scheme: dark", text, StringComparison.Ordinal);
        Assert.DoesNotContain("href", text, StringComparison.Ordinal);
    }

    [Fact]
    public void An_axis_has_round_marks_and_holds_all_values()
    {
        var axis = ChartAxis.Over("zeros", [0.5, 0.95, double.NaN], value => $"{value}", 0, 1);
        Assert.Equal([0.5, 0.6, 0.7, 0.8, 0.9], axis.Marks.Select(mark => Math.Round(mark, 9)));
        Assert.InRange(axis.Place(0.5), 0, 0.1);
        Assert.InRange(axis.Place(0.95), 0.9, 1);
    }

    [Theory]
    [InlineData(0.98, 0.98)]
    [InlineData(0, 0)]
    [InlineData(0, 1)]
    public void An_axis_never_leaves_what_is_possible(double low, double high)
    {
        var axis = ChartAxis.Over("accuracy", [low, high], value => $"{value}", 0, 1);
        Assert.True(axis.Low >= 0 && axis.High <= 1 && axis.Low < axis.High);
        Assert.InRange(axis.Marks.Count(), 1, 12);
    }
}
