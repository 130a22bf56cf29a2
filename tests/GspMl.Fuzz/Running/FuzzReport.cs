using System.Text;

namespace GspMl.Fuzz.Running;

/// <summary>What came of the cases: counts for each target, and each case that did not end as promised.</summary>
internal sealed class FuzzReport
{
    private readonly SortedDictionary<string, int> counts = new(StringComparer.Ordinal);
    private readonly List<string> broken = [];

    public IReadOnlyList<string> Broken => broken;

    public int Cases => counts.Values.Sum();

    /// <returns>The case's number.</returns>
    public long Add(long number, string text)
    {
        var words = text.Split(' ', 3);
        var kind = $"{words[0]} {words[1]}";
        counts[kind] = counts.GetValueOrDefault(kind) + 1;
        if (words[1] == "Guarded") Console.Error.WriteLine($"{number} {text}");
        if (words[1] is "Done" or "Refused" or "Guarded") return number;
        broken.Add($"{number} {text}");
        Console.Error.WriteLine(broken[^1]);
        return number;
    }

    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var (kind, count) in counts) text.AppendLine(System.Globalization.CultureInfo.InvariantCulture, $"{count,9:N0} {kind}");
        return text.Append(System.Globalization.CultureInfo.InvariantCulture,
            $"{Cases,9:N0} cases, {broken.Count} not as promised").ToString();
    }
}
