namespace GspMl.Cli.Html;

/// <summary>One cell of a table: text, or a fraction with a bar.</summary>
internal readonly record struct HtmlCell(string Markup)
{
    public static implicit operator HtmlCell(string text) => new(HtmlPage.Encode(text));

    /// <summary>Two lines.</summary>
    public static HtmlCell Lines(string first, string second) => new($"{HtmlPage.Encode(first)}<br>{HtmlPage.Encode(second)}");

    /// <summary>A fraction in [0,1] as a bar with its percentage.</summary>
    public static HtmlCell Bar(double fraction) =>
        new($"<span class=bar><i style=\"width:{100 * Math.Clamp(fraction, 0, 1):F0}%\"></i></span>{100 * fraction:F1} %");
}
