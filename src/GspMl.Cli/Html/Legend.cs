using GspMl.Cli.Text;

namespace GspMl.Cli.Html;

/// <summary>The names of what a chart shows, in lines that its width holds.</summary>
internal static class Legend
{
    /// <summary>The height of a line.</summary>
    public const int LineHeight = 18;

    // A wide letter of the charts' fonts; narrow ones leave some room.
    private const double LetterWidth = 6.5;
    private const int Mark = 28;
    private const int Gap = 14;

    /// <summary>Where each name begins, and in which line, from 0.</summary>
    /// <param name="names">The names.</param>
    /// <param name="left">Where lines begin.</param>
    /// <param name="right">Where they end.</param>
    public static IReadOnlyList<LegendEntry> Of(IEnumerable<string> names, int left, int right)
    {
        var entries = new List<LegendEntry>();
        var (x, line) = ((double)left, 0);
        foreach (var name in names)
        {
            var shown = Printable.Short(name, Math.Max(8, (int)((right - left - Mark) / LetterWidth)));
            var width = Width(shown);
            if (x > left && x + width > right) (x, line) = (left, line + 1);
            entries.Add(new(shown, (int)x, line));
            x += width + Gap;
        }
        return entries;
    }

    /// <summary>The width of a name with its mark.</summary>
    public static double Width(string name) => Mark + (LetterWidth * name.Length);

    /// <summary>How many lines there are.</summary>
    public static int Lines(IReadOnlyList<LegendEntry> entries) => entries.Count == 0 ? 0 : entries[^1].Line + 1;
}

/// <summary>A name in a legend.</summary>
/// <param name="Name">As much of it as fits.</param>
/// <param name="X">Where its mark begins.</param>
/// <param name="Line">Its line.</param>
internal sealed record LegendEntry(string Name, int X, int Line);
