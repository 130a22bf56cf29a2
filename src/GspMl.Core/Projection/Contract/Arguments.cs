namespace GspMl.Projection;

/// <summary>The checks at the boundary.</summary>
internal static class Arguments
{
    public static void CheckLength(long length, VectorLayout layout, string name)
    {
        if (length < layout.Extent)
            throw new ArgumentException(
                $"{layout.Count} vectors of {layout.Length} entries need {layout.Extent} elements in this layout; '{name}' has {length}.",
                name);
    }

    public static void CheckWeights(long length, VectorLayout layout, string name)
    {
        if (length != 0 && length != layout.Length && length < layout.Extent)
            throw new ArgumentException(
                $"'{name}' has {length} elements; shared weights need {layout.Length} (one for each entry of a vector), "
                + $"own weights {layout.Extent}.",
                name);
    }

    public static void CheckOverlap<T>(ReadOnlySpan<T> source, ReadOnlySpan<T> destination, string name)
    {
        if (source.Overlaps(destination, out var offset) && offset != 0)
            throw new ArgumentException(
                $"'{name}' must be the source itself or apart from it; it begins {offset} elements after the source.", name);
    }

    public static void CheckTarget(SparsityTarget target)
    {
        if (!target.IsSet)
            throw new ArgumentException(
                $"No target is set; there are {nameof(SparsityTarget)}.{nameof(SparsityTarget.Hoyer)} and "
                + $"{nameof(SparsityTarget.Zeros)}.", nameof(target));
    }

    public static void CheckMultiplier(double multiplier)
    {
        if (!(multiplier >= 0) || double.IsInfinity(multiplier))
            throw new ArgumentOutOfRangeException(nameof(multiplier), multiplier,
                $"A multiplier must be finite and at least 0; it is {multiplier}.");
    }
}
