namespace GspMl.Cli.Usage;

/// <summary>Finds the word that somebody may have meant.</summary>
internal static class Spelling
{
    private const int MostEdits = 3;

    /// <summary>
    /// The word with the fewest edits from <paramref name="written"/>: letters left out, added, exchanged, or two neighbours swapped
    /// (optimal string alignment); null where none is within three edits, and one for each three letters.
    /// </summary>
    public static string? Nearest(string written, IEnumerable<string> words) => words
        .Select(word => (Word: word, Edits: Edits(written.ToLowerInvariant(), word.ToLowerInvariant())))
        .Where(found => found.Edits <= Math.Min(MostEdits, (Letters(found.Word) + 1) / 3))
        .OrderBy(found => found.Edits).ThenBy(found => found.Word, StringComparer.Ordinal)
        .Select(found => found.Word).FirstOrDefault();

    /// <summary>"; did you mean prune?", or nothing.</summary>
    public static string Hint(string written, IEnumerable<string> words)
        => Nearest(written, words) is { } word ? $"; did you mean {word}?" : ".";

    private static int Letters(string word) => word.TrimStart('-').Length;

    private static int Edits(string a, string b)
    {
        var edits = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++) edits[i, 0] = i;
        for (var j = 0; j <= b.Length; j++) edits[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
            for (var j = 1; j <= b.Length; j++) edits[i, j] = Least(edits, a, b, i, j);
        return edits[a.Length, b.Length];
    }

    private static int Least(int[,] edits, string a, string b, int i, int j)
    {
        var least = Math.Min(edits[i - 1, j], edits[i, j - 1]) + 1;
        least = Math.Min(least, edits[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
        var isSwap = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
        return isSwap ? Math.Min(least, edits[i - 2, j - 2] + 1) : least;
    }
}
