namespace GspMl.Onnx.Shrinking.Measuring;

/// <summary>What a set's loss of channels costs when all other sets keep theirs.</summary>
/// <param name="Kept">Channels left.</param>
/// <param name="Cost">What that does to the model's outputs on rows held back; 0 for all channels.</param>
internal readonly record struct WidthLevel(int Kept, double Cost);

/// <summary>What fewer and fewer channels of a set cost.</summary>
/// <param name="Order">The set's channels, those that go first at the front.</param>
/// <param name="Levels">The levels, the dense one first.</param>
internal sealed record WidthCurve(IReadOnlyList<int> Order, IReadOnlyList<WidthLevel> Levels)
{
    /// <summary>The channels that are gone where so many are kept.</summary>
    public IEnumerable<int> Gone(int kept) => Order.Take(Order.Count - kept);

    /// <summary>The lower convex hull from the level that keeps most downwards: costs rise ever faster per channel.</summary>
    public IReadOnlyList<WidthLevel> Hull()
    {
        var hull = new List<WidthLevel>();
        foreach (var level in Levels)
        {
            while (hull.Count > 1 && Rate(hull[^2], hull[^1]) >= Rate(hull[^1], level)) hull.RemoveAt(hull.Count - 1);
            hull.Add(level);
        }
        return hull;
    }

    private static double Rate(WidthLevel from, WidthLevel to) => (to.Cost - from.Cost) / (from.Kept - to.Kept);
}
