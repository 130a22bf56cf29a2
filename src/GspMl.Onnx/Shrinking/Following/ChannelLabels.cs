namespace GspMl.Onnx.Shrinking.Following;

/// <summary>
/// Labels of positions along axes. Positions that can only go together have one label in the end (union-find); a label is fixed where
/// something needs its position, and remembers why.
/// </summary>
internal sealed class ChannelLabels
{
    private readonly List<int> parents = [];
    private readonly Dictionary<int, string> reasons = [];

    /// <summary>New labels for the positions of an axis.</summary>
    public int[] Create(int count)
    {
        var first = parents.Count;
        parents.AddRange(Enumerable.Range(first, count));
        return [.. Enumerable.Range(first, count)];
    }

    /// <summary>The label that stands for all that must go with the given one.</summary>
    public int Find(int label)
    {
        while (parents[label] != label) label = parents[label] = parents[parents[label]];
        return label;
    }

    /// <summary>Why the label's positions must stay; null where they can go.</summary>
    public string? Reason(int label) => reasons.GetValueOrDefault(Find(label));

    /// <summary>Whether two axes have the same labels, position by position.</summary>
    public bool AreSame(int[]? a, int[]? b)
        => a is null || b is null ? a is null && b is null : a.Length == b.Length && a.Zip(b)
            .All(pair => Find(pair.First) == Find(pair.Second));

    /// <summary>Positions of an axis stay, for a reason.</summary>
    public void Fix(int[]? labels, string reason)
    {
        foreach (var label in labels ?? []) reasons.TryAdd(Find(label), reason);
    }

    /// <summary>Each position of one axis can only go with that of the other.</summary>
    public void Join(int[] a, int[] b)
    {
        for (var i = 0; i < a.Length; i++) Join(a[i], b[i]);
    }

    private void Join(int a, int b)
    {
        (a, b) = (Find(a), Find(b));
        if (a == b) return;
        parents[b] = a;
        if (reasons.Remove(b, out var reason)) reasons.TryAdd(a, reason);
    }
}
