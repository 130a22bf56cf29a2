using System.Text;
using GspMl.Cli.Html;

namespace GspMl.Cli.Tests.Html;

public sealed class HtmlPageTests
{
    private static string Written(HtmlPage page)
    {
        using var stream = new MemoryStream();
        page.WriteTo(stream);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    [Fact]
    public void Names_from_a_model_are_text_and_no_markup()
    {
        var page = Written(new HtmlPage("<b>")
            .Heading("<i>").Paragraph("a & b").List(["<script>"]).Table(["<name", "zeros"], [["<u>", HtmlCell.Bar(0.25)]]));
        foreach (var markup in new[] { "<b>", "<i>", "<u>", "<script" }) Assert.DoesNotContain(markup, page, StringComparison.Ordinal);
        Assert.Contains("<title>&lt;b&gt;</title>", page, StringComparison.Ordinal);
        Assert.Contains("<p>a &amp; b</p>", page, StringComparison.Ordinal);
        Assert.Contains("<td class=text>&lt;u&gt;</td>", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bar_stays_within_its_cell()
    {
        Assert.Contains("width:25%", HtmlCell.Bar(0.25).Markup, StringComparison.Ordinal);
        Assert.Contains("width:100%", HtmlCell.Bar(1.5).Markup, StringComparison.Ordinal);
        Assert.EndsWith("25.0 %", HtmlCell.Bar(0.25).Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_fetched_from_elsewhere()
        => Assert.DoesNotContain("http", Written(new HtmlPage("t").Paragraph("p")), StringComparison.Ordinal);
}
