using System.Globalization;

namespace GspMl.ML.Schema;

/// <summary>Names for columns that stand among a user's columns for a while.</summary>
internal static class FreeNames
{
    /// <summary>As many names as asked for, none of which is taken.</summary>
    public static string[] Beside(IEnumerable<string> taken, string stem, int count)
    {
        var names = taken.ToHashSet();
        var free = Enumerable.Range(0, int.MaxValue)
            .Select(i => string.Create(CultureInfo.InvariantCulture, $"{stem}-{i}"))
            .Where(name => !names.Contains(name));
        return [.. free.Take(count)];
    }
}
