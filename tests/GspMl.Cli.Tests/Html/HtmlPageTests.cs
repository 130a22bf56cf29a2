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
        foreach (var markup in new[] { "<b>", "<i>", "<u>", "<li><script" }) Assert.DoesNotContain(markup, page, StringComparison.Ordinal);
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
    {
        var page = Written(new HtmlPage("t").Paragraph("p"));
        Assert.DoesNotContain("http:", page, StringComparison.Ordinal);
        Assert.DoesNotContain("https:", page, StringComparison.Ordinal);
        Assert.Contains("default-src 'none'", page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_verdict_stands_first_wherever_it_is_said()
    {
        var page = Written(new HtmlPage("t").Paragraph("grounds").Verdict("a < b", isGood: false));
        Assert.Contains("<p class=\"verdict bad\">a &lt; b</p>", page, StringComparison.Ordinal);
        Assert.True(page.IndexOf("verdict bad", StringComparison.Ordinal) < page.IndexOf("grounds", StringComparison.Ordinal));
    }

    [Fact]
    public void A_page_ends_with_what_it_takes_to_repeat_the_run()
    {
        var page = Written(new HtmlPage("t", new("gspml eval <x>", "1.2.3", "a machine", "a day")));
        foreach (var part in new[] { "gspml eval &lt;x&gt;", "1.2.3", "a machine", "a day" })
            Assert.Contains(part, page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--zeros", "--zeros")]
    [InlineData("my model.onnx", "'my model.onnx'")]
    [InlineData("it's", "'it'\\''s'")]
    [InlineData("", "''")]
    public void Arguments_are_quoted_as_a_shell_needs_them(string argument, string quoted)
        => Assert.Equal(quoted, Provenance.Quoted(argument));
}
