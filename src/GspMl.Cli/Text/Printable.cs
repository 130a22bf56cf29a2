using System.Globalization;
using System.Text;

namespace GspMl.Cli.Text;

/// <summary>
/// Text from files, for terminals and pages: names of weights and nodes can hold anything. What a terminal would obey, or what makes text
/// look like other text, is shown as its number: control characters, line breaks, marks of direction, halves of characters.
/// </summary>
internal static class Printable
{
    /// <summary>The most characters of a cell of a table.</summary>
    public const int MostInCell = 64;

    /// <summary>The most characters of a message.</summary>
    public const int MostInLine = 4000;

    /// <summary>The text on one line, without what a terminal obeys.</summary>
    public static string Of(string text) => text.AsSpan().ContainsAny(Suspects) ? Escaped(text) : text;

    /// <summary>The same, with the middle left out where it is long: names differ at their ends.</summary>
    /// <param name="text">The text.</param>
    /// <param name="most">The most characters, at least 3.</param>
    public static string Short(string text, int most)
    {
        // Escapes make text longer, never shorter: what is cut before is cut after.
        var line = Of(text.Length > 2 * most ? Cut(text, 2 * most) : text);
        return line.Length > most ? Cut(line, most) : line;
    }

    private static readonly System.Buffers.SearchValues<char> Suspects =
        System.Buffers.SearchValues.Create([.. Enumerable.Range(0, char.MaxValue + 1).Select(c => (char)c).Where(IsSuspect)]);

    private static bool IsSuspect(char c) => char.GetUnicodeCategory(c)
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.LineSeparator
        or UnicodeCategory.ParagraphSeparator;

    private static string Escaped(string text)
    {
        var line = new StringBuilder(text.Length + 16);
        for (var i = 0; i < text.Length; i++)
        {
            if (i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1])) line.Append(text[i]).Append(text[++i]);
            else if (!IsSuspect(text[i])) line.Append(text[i]);
            else line.Append(Escape(text[i]));
        }
        return line.ToString();
    }

    private static string Escape(char c) => c switch
    {
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        _ => $"\\u{(int)c:X4}",
    };

    private static string Cut(string text, int most)
    {
        var (head, tail) = ((most - 1) / 2, most - 1 - ((most - 1) / 2));
        return $"{text.AsSpan(0, head)}…{text.AsSpan(text.Length - tail)}";
    }
}
