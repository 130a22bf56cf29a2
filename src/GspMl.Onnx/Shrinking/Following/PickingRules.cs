namespace GspMl.Onnx.Shrinking.Following;

/// <summary>Nodes that take some positions of an axis.</summary>
internal static class PickingRules
{
    /// <summary>The axis that is picked from passes where the indices are stored; the others pass always.</summary>
    public static void Gather(FlowNode node)
    {
        var (data, indices) = (node.Take(0), node.Take(1));
        var axis = FlowNode.Axis(node.Integer("axis", 0), data.Rank);
        var picked = data.Axes[axis] is { } labels ? Picked(node, labels, indices) : null;
        node.Set(0, [.. data.Axes.Take(axis), .. picked is null ? indices.Axes : [picked], .. data.Axes.Skip(axis + 1)]);
    }

    private static int[]? Picked(FlowNode node, int[] labels, FollowedTensor indices)
    {
        var known = node.Flow.Shapes.Of(node.InputName(1));
        int[]? positions = indices.Rank != 1 || indices.Axes[0] is null || known is null || known.Any(i => i.Value is null) ? null
            : [.. known.Select(i => FlowNode.Axis(i.Value!.Value, labels.Length))];
        if (positions is null || !node.Flow.NoteIndices(node.InputName(1), labels))
        {
            node.Fix(labels, "picks positions of it");
            foreach (var own in indices.Axes) node.Fix(own, "reads it");
            return null;
        }
        node.TakeShape(1);
        return node.Join(indices.Axes[0], [.. positions.Select(i => labels[i])], "picks positions of it");
    }

    /// <summary>Axes that are cut between stored bounds pass what is between them.</summary>
    public static void Slice(FlowNode node)
    {
        var input = node.Take(0);
        var (starts, ends) = (Bounds(node, "starts", 1), Bounds(node, "ends", 2));
        var along =
            FlowNode.Normalized(node.Integers("axes", 3) ?? [.. Enumerable.Range(0, starts.Count).Select(k => (long)k)], input.Rank);
        var steps = node.Integers("steps", 4);
        int[]?[] axes = [.. input.Axes];
        for (var i = 0; i < along.Length; i++)
        {
            var at = along[i];
            if (axes[at] is { } labels) axes[at] = Between(node, labels, (starts[i], ends[i], steps?[i] ?? 1));
            if (axes[at] is not null) continue;
            foreach (var element in new[] { starts[i], ends[i] }) node.Flow.Shapes.NoteOther(element, node.Name);
        }
        foreach (var bounds in new[] { 1, 2 }) node.TakeShape(bounds);
        node.Set(0, axes);
    }

    private static IReadOnlyList<ShapeElement> Bounds(FlowNode node, string attribute, int input)
        => node.Integers(attribute) is { } numbers ? [.. numbers.Select(number => ShapeElement.Stored(number, null, 0))]
            : (node.Has(input) ? node.Flow.Shapes.Of(node.InputName(input)) : null)
                ?? throw new NotFollowedException($"{node.Name} computes its {attribute}");

    private static int[]? Between(FlowNode node, int[] labels, (ShapeElement Start, ShapeElement End, long Step) bounds)
    {
        if (bounds.Start.Value is not { } first || bounds.End.Value is not { } last) return Fixed(node, labels, "computes where to cut it");
        if (bounds.Step == 2 && labels.Length % 2 == 0 && last >= labels.Length && first is 0 or 1) return EverySecond(node, labels);
        if (bounds.Step != 1 || bounds.Start.Source is null || bounds.End.Source is null) return Fixed(node, labels, "cuts it");
        var (start, end) = (At(first), At(last));
        var left = labels[start..Math.Max(start, end)];
        if (left.Length < 2) return Fixed(node, labels, "takes one position of it");
        // What starts with the first position or ends with the last says so however many there are.
        node.Flow.Shapes.NoteUse(bounds.Start, start == 0 ? null : labels[..start], node.Name);
        node.Flow.Shapes.NoteUse(bounds.End, last >= labels.Length ? null : labels[..end], node.Name);
        return left;

        int At(long index) => (int)Math.Clamp(index < 0 ? index + labels.Length : index, 0, labels.Length);
    }

    private static int[]? Fixed(FlowNode node, int[] labels, string why)
    {
        node.Fix(labels, why);
        return null;
    }

    private static int[]? EverySecond(FlowNode node, int[] labels)
    {
        var pairs = node.Split(labels, labels.Length / 2, 2);
        node.Fix(pairs[1], "takes every second position of it");
        return pairs[0];
    }

    /// <summary>Parts of an axis one after the other, of given lengths or all of one length.</summary>
    public static void Split(FlowNode node)
    {
        var input = node.Take(0);
        var axis = FlowNode.Axis(node.Integer("axis", 0), input.Rank);
        var parts = input.Axes[axis] is { } labels ? Parts(node, labels, axis) : new int[]?[node.Outputs];
        for (var output = 0; output < node.Outputs; output++)
            if (node.OutputName(output).Length > 0) node.Set(output, [.. input.Axes.Select((own, k) => k == axis ? parts[output] : own)]);
    }

    private static int[]?[] Parts(FlowNode node, int[] labels, int axis)
    {
        long[] extents = [.. Enumerable.Range(0, node.Outputs).Select(output => node.OutputShape(output)[axis])];
        if (!node.Has(1) && node.Integers("split") is null) return EqualParts(node, labels, extents);
        var (parts, from) = (new int[]?[extents.Length], 0);
        for (var i = 0; i < parts.Length; from += (int)extents[i++])
        {
            var own = labels[from..(from + (int)extents[i])];
            parts[i] = own.Length > 1 ? own : Fixed(node, own, "takes one position of it");
            if (!node.Has(1)) node.NoteAttribute("split", own, i);
            else if (node.TakeShape(1) is { } sizes) node.Flow.Shapes.NoteUse(sizes[i], parts[i], node.Name);
            else node.Fix(own, "computes the lengths of its parts");
        }
        return parts;
    }

    /// <summary>No lengths are stored, so that all parts shrink alike.</summary>
    private static int[]?[] EqualParts(FlowNode node, int[] labels, long[] extents)
    {
        if (extents.Distinct().Count() > 1) throw new NotFollowedException($"{node.Name} cuts it in parts of different lengths");
        var factors = node.Split(labels, extents.Length, extents[0]);
        node.Fix(factors[0], "cuts it in equal parts");
        return [.. extents.Select(_ => factors[1])];
    }
}
