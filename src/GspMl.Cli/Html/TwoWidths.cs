namespace GspMl.Cli.Html;

/// <summary>
/// A chart that is drawn twice, for a page and for a phone, so that its letters are as large on both; the page's style shows the one that
/// fits, and what reads pages aloud meets that one alone.
/// </summary>
internal static class TwoWidths
{
    /// <summary>The width on a phone, in the letters' units.</summary>
    public const int Phone = 350;

    /// <summary>The markup of both.</summary>
    /// <param name="page">The width on a page.</param>
    /// <param name="draw">Draws the chart in a width.</param>
    public static string Of(int page, Func<int, string> draw)
        => $"<div class=broad>{draw(page)}</div><div class=narrow>{draw(Phone)}</div>";
}
