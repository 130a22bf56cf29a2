namespace GspMl.Onnx.Shrinking.Following;

/// <summary>
/// Labels of positions along axes. Positions that can only go together have one label in the end (union-find). A label is a channel of its
/// own, or it is made of several: its position goes as soon as one of these channels goes, as a feature of a head does with its head, and
/// with its place in all heads. A channel is fixed where something needs its positions, and remembers why.
/// </summary>
internal sealed class ChannelLabels
{
    private readonly List<int> parents = [];
    private readonly Dictionary<int, int[]> parts = [];
    private readonly Dictionary<int, string> reasons = [];
    private readonly Dictionary<(int, int), int> unions = [];
    private int? staying;

    /// <summary>New channels for the positions of an axis.</summary>
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

    /// <summary>Whether the label's position goes with several channels.</summary>
    public bool IsComposite(int label) => parts.ContainsKey(Find(label));

    /// <summary>The channels with any of which the label's position goes.</summary>
    public IReadOnlyList<int> Channels(int label)
    {
        var root = Find(label);
        if (!parts.TryGetValue(root, out var own)) return [root];
        var found = new List<int>(own.Length);
        foreach (var part in own)
            foreach (var channel in Channels(part))
                if (!found.Contains(channel)) found.Add(channel);
        return found;
    }

    /// <summary>Whether a position goes when some channels go.</summary>
    public bool IsGone(int label, IReadOnlySet<int> removed)
    {
        var root = Find(label);
        if (!parts.TryGetValue(root, out var own)) return removed.Contains(root);
        foreach (var part in own)
            if (IsGone(part, removed)) return true;
        return false;
    }

    /// <summary>Why the label's position must stay; null where it can go.</summary>
    public string? Reason(int label)
    {
        string? first = null;
        foreach (var channel in Channels(label))
        {
            if (!reasons.TryGetValue(channel, out var reason)) return null;
            first ??= reason;
        }
        return first;
    }

    /// <summary>A label whose position never goes.</summary>
    public int Staying()
    {
        if (staying is { } label) return label;
        int[] created = Create(1);
        Fix(created, "its position has no channel");
        return (staying = created[0]).Value;
    }

    /// <summary>A label whose position goes with either of two others.</summary>
    public int Union(int a, int b)
    {
        (a, b) = (Find(a), Find(b));
        if (a == b || b == staying) return a;
        if (a == staying) return b;
        if (unions.TryGetValue((a, b), out var known)) return known;
        var label = Create(1)[0];
        parts[label] = [a, b];
        return unions[(a, b)] = label;
    }

    /// <summary>Whether two axes go together, position by position.</summary>
    public bool AreSame(int[]? a, int[]? b)
        => a is null || b is null ? a is null && b is null : a.Length == b.Length && a.Zip(b).All(pair => AreSame(pair.First, pair.Second));

    private bool AreSame(int a, int b)
    {
        (a, b) = (Find(a), Find(b));
        return a == b || Free(a).SetEquals(Free(b));
    }

    /// <summary>The channels with which the label's position may go; what is fixed stays for good.</summary>
    private HashSet<int> Free(int label) => [.. Channels(label).Where(channel => !reasons.ContainsKey(channel))];

    /// <summary>Positions of an axis stay, for a reason.</summary>
    public void Fix(IEnumerable<int>? labels, string reason)
    {
        foreach (var label in labels ?? [])
            foreach (var channel in Channels(label)) reasons.TryAdd(channel, reason);
    }

    /// <summary>Each position of one axis can only go with that of the other.</summary>
    /// <param name="a">Labels of the one.</param>
    /// <param name="b">Labels of the other.</param>
    /// <param name="why">The reason of channels that stay because the other axis has nothing that would go with them.</param>
    public void Join(int[] a, int[] b, string why)
    {
        for (var i = 0; i < a.Length; i++) Join(a[i], b[i], why);
    }

    private void Join(int a, int b, string why)
    {
        (a, b) = (Find(a), Find(b));
        if (a == b) return;
        if (!parts.ContainsKey(a) && !parts.ContainsKey(b)) Merge(a, b);
        else
        {
            var (left, right) = (Channels(a), Channels(b));
            JoinSets([.. left.Except(right)], [.. right.Except(left)], why);
        }
    }

    /// <summary>
    /// What either side has alone: one channel is from now on made of the others; as many on both sides go in pairs, in their order; else
    /// they stay.
    /// </summary>
    private void JoinSets(int[] a, int[] b, string why)
    {
        if (a.Length == b.Length)
        {
            for (var i = 0; i < a.Length; i++) Merge(a[i], b[i]);
        }
        else if (a.Length == 1 && b.Length > 0) Define(a[0], b);
        else if (b.Length == 1 && a.Length > 0) Define(b[0], a);
        else Fix([.. a, .. b], why);
    }

    private void Define(int channel, int[] of)
    {
        parts[channel] = of;
        if (reasons.Remove(channel, out var reason)) Fix(of, reason);
    }

    private void Merge(int a, int b)
    {
        (a, b) = (Find(a), Find(b));
        if (a == b) return;
        parents[b] = a;
        if (reasons.Remove(b, out var reason)) reasons.TryAdd(a, reason);
    }
}
