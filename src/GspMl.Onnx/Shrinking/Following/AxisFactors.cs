namespace GspMl.Onnx.Shrinking.Following;

/// <summary>
/// One axis as several, and several as one, as Reshape does it. Along an axis that is made of two, a position goes when its place along
/// either goes. An axis of channels of their own that becomes two gets new channels: one for each place along either.
/// </summary>
internal static class AxisFactors
{
    /// <summary>The labels of neighbouring axes as one axis, the last one fastest; null where none is followed.</summary>
    /// <param name="labels">The channels.</param>
    /// <param name="axes">Labels of each axis; null where it is not followed.</param>
    /// <param name="extents">The extent of each axis.</param>
    public static int[]? Merge(ChannelLabels labels, IReadOnlyList<int[]?> axes, IReadOnlyList<long> extents)
    {
        int[]? merged = null;
        var count = 1L;
        for (var k = 0; k < axes.Count; k++)
        {
            merged = Merge(labels, (merged, count), (axes[k], extents[k]));
            count *= extents[k];
        }
        return merged;
    }

    private static int[]? Merge(ChannelLabels labels, (int[]? Labels, long Extent) outer, (int[]? Labels, long Extent) inner)
    {
        if (outer.Labels is null && inner.Labels is null) return null;
        if (inner.Extent == 1) return outer.Labels ?? Repeated(inner.Labels!, outer.Extent);
        if (outer.Labels is null) return Repeated(inner.Labels!, outer.Extent);
        var merged = new int[checked((int)(outer.Extent * inner.Extent))];
        for (var p = 0; p < merged.Length; p++)
        {
            var (o, i) = Math.DivRem(p, (int)inner.Extent);
            merged[p] = inner.Labels is null ? outer.Labels[o] : labels.Union(outer.Labels[o], inner.Labels[i]);
        }
        return merged;
    }

    private static int[] Repeated(int[] labels, long times) => [.. Enumerable.Repeat(labels, checked((int)times)).SelectMany(own => own)];

    /// <summary>An axis as several, the last one fastest; null where it cannot be told which positions go together.</summary>
    /// <param name="labels">The channels.</param>
    /// <param name="axis">The labels of the axis.</param>
    /// <param name="extents">The extents of the axes that it becomes.</param>
    /// <param name="why">The reason of channels that come to stay by it.</param>
    public static int[]?[]? Split(ChannelLabels labels, int[] axis, IReadOnlyList<long> extents, string why)
    {
        var (found, rest) = (new int[]?[extents.Count], (int[]?)axis);
        for (var k = 0; k < extents.Count - 1 && rest is not null; k++)
        {
            if (Split(labels, rest, (int)extents[k], why) is not { } pair) return null;
            (found[k], rest) = pair;
        }
        found[^1] = rest;
        return found;
    }

    /// <summary>An axis as an outer one of so many positions and an inner one.</summary>
    private static (int[]? Outer, int[]? Inner)? Split(ChannelLabels labels, int[] axis, int outer, string why)
    {
        var inner = axis.Length / outer;
        if (outer == 1) return (null, axis);
        if (inner == 1) return (axis, null);
        var sets = axis.Select(labels.Channels).ToArray();
        var rows = Common(sets, outer, inner, (o, i) => (o * inner) + i);
        var columns = Common(sets, inner, outer, (i, o) => (o * inner) + i);
        var rest = sets.Select((set, p) => set.Where(c => !rows[p / inner].Contains(c) && !columns[p % inner].Contains(c)).ToArray())
            .ToArray();
        if (rest.All(own => own.Length == 0)) return (Labels(labels, rows), Labels(labels, columns));
        if (rest.Any(own => own.Length > 1) || columns.Any(own => own.Count > 0) || rows.Any(own => own.Count > 0))
            return Mixed(labels, axis, (outer, inner), (rows, columns, rest), why);
        return Refined(labels, axis, (outer, inner), why);
    }

    /// <summary>What all positions of each line have in common.</summary>
    private static List<int>[] Common(IReadOnlyList<int>[] sets, int lines, int length, Func<int, int, int> at)
        => [.. Enumerable.Range(0, lines).Select(line =>
        {
            var common = sets[at(line, 0)].ToList();
            for (var k = 1; k < length && common.Count > 0; k++) common.RemoveAll(channel => !sets[at(line, k)].Contains(channel));
            return common;
        })];

    private static int[]? Labels(ChannelLabels labels, List<int>[] sets)
        => sets.All(set => set.Count == 0) ? null
            : [.. sets.Select(set => set.Count == 0 ? labels.Staying() : set.Aggregate(labels.Union))];

    /// <summary>New channels for both axes; the old ones are from now on made of these.</summary>
    private static (int[]? Outer, int[]? Inner)? Refined(ChannelLabels labels, int[] axis, (int Outer, int Inner) extents, string why)
    {
        var (rows, columns) = (labels.Create(extents.Outer), labels.Create(extents.Inner));
        var made = new int[axis.Length];
        for (var p = 0; p < made.Length; p++) made[p] = labels.Union(rows[p / extents.Inner], columns[p % extents.Inner]);
        labels.Join(axis, made, why);
        return (rows, columns);
    }

    /// <summary>Part of a position's channels are its line's, the others are made of new ones.</summary>
    private static (int[]? Outer, int[]? Inner)? Mixed(ChannelLabels labels, int[] axis, (int Outer, int Inner) extents,
        (List<int>[] Rows, List<int>[] Columns, int[][] Others) sets, string why)
    {
        if (sets.Others.Any(own => own.Length != 1)) return null;
        if (Refined(labels, [.. sets.Others.Select(own => own[0])], extents, why) is not var (outer, inner)) return null;
        int[] With(int[] made, List<int>[] known) => [.. made.Select((label, k) => known[k].Prepend(label).Aggregate(labels.Union))];
        return (With(outer!, sets.Rows), With(inner!, sets.Columns));
    }
}
