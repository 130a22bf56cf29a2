using GspMl.Onnx.Shrinking.Choosing;

namespace GspMl.Onnx.Shrinking.Measuring;

/// <summary>
/// How many channels each set keeps so that measured costs add up to the least. Walks down the lower convex hulls of all curves, always
/// along the segment that saves most for its cost, as what it saves stands after the steps before: what a model costs is a sum of products
/// of widths.
/// </summary>
/// <param name="living">What must keep a position.</param>
/// <param name="curves">What fewer channels of each set cost.</param>
/// <param name="count">What is to be saved.</param>
internal sealed class MeasuredWidths(LivingAxes living, IReadOnlyList<WidthCurve> curves, ExtentProducts count)
{
    private readonly HashSet<int> removed = [];
    private readonly List<(WidthCurve Curve, IReadOnlyList<WidthLevel> Hull)> hulls = [.. curves.Select(curve => (curve, curve.Hull()))];
    private readonly int[] at = new int[curves.Count];

    /// <summary>The channels that go; null where too little does at the last level of every set. O(steps · sets · size of the
    /// model).</summary>
    /// <param name="isMet">Whether enough is gone without some channels.</param>
    public HashSet<int>? Until(Func<IReadOnlySet<int>, bool> isMet)
    {
        while (!isMet(removed))
        {
            var size = count.Without(removed);
            int[] open = [.. Enumerable.Range(0, at.Length).Where(i => at[i] + 1 < hulls[i].Hull.Count)];
            if (open.Length == 0) return null;
            var best = open.MinBy(i => Rate(i, size));
            at[best]++;
            removed.UnionWith(hulls[best].Curve.Gone(hulls[best].Hull[at[best]]));
            living.Spare(removed);
        }
        return removed;
    }

    /// <summary>What a set's next step costs for what it saves.</summary>
    private double Rate(int set, double size)
    {
        var (from, to) = (hulls[set].Hull[at[set]], hulls[set].Hull[at[set] + 1]);
        var saved = size - count.Without(removed.Concat(hulls[set].Curve.Gone(to)).ToHashSet());
        return (to.Cost - from.Cost) / Math.Max(saved, double.Epsilon);
    }
}
