namespace GspMl.Benchmarks.Gpu;

/// <summary>What was looked at, and whether it was as it should be.</summary>
internal sealed class Findings
{
    private readonly List<string> wrong = [];
    private int looked;

    /// <summary>Whether anything was not.</summary>
    public bool Failed => wrong.Count > 0;

    /// <summary>Counts one finding, and returns the word that a table has for it.</summary>
    public string Add(bool right, string what)
    {
        looked++;
        if (right) return "yes";
        wrong.Add(what);
        return "**no**";
    }

    /// <summary>The closing line.</summary>
    public override string ToString()
        => $"{looked - wrong.Count} as they should be, {wrong.Count} not"
            + $"{string.Concat(wrong.Select(what => $"\n- not: {what}"))}";
}
