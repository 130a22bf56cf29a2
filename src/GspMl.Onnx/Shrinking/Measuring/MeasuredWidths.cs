using GspMl.Onnx.Shrinking.Choosing;

namespace GspMl.Onnx.Shrinking.Measuring;

/// <summary>
/// How many channels each set keeps so that measured costs add up to the least. Walks down all curves, always by the step that saves most
/// for its cost, as what it saves stands after the steps before: what a model comes to is a sum of products of widths. Where every channel
/// of a set saves the same, the next step lies on the curve's lower convex hull; else any of the next levels may save most. Along a hull
/// the last step is taken only as far as needed.
/// </summary>
/// <param name="living">What must keep a position.</param>
/// <param name="curves">What fewer channels of each set cost.</param>
/// <param name="size">What is to be saved.</param>
/// <param name="rounded">From a curve's number and channels to keep to as many as that set can keep, no fewer.</param>
internal sealed class MeasuredWidths(
    LivingAxes living, IReadOnlyList<WidthCurve> curves, ISize size, Func<int, int, int> rounded)
{
    // Kernels work on blocks: one of so many levels fills them.
    private const int MostAhead = 3;

    private readonly HashSet<int> removed = [];
    private readonly List<(WidthCurve Curve, IReadOnlyList<WidthLevel> Levels)> sets =
        [.. curves.Select(curve => (curve, size.IsEven ? curve.Hull() : curve.Levels))];

    private readonly int[] at = new int[curves.Count];

    /// <summary>The channels that go; null where too little does at the last level of every set. It can be asked for more and more.
    /// O(steps · sets · size of the model).</summary>
    /// <param name="isMet">Whether enough is gone without some channels.</param>
    public HashSet<int>? Until(Func<IReadOnlySet<int>, bool> isMet)
    {
        HashSet<int>? enough = null;
        while (!isMet(removed))
        {
            var before = size.Without(removed);
            var open = Enumerable.Range(0, at.Length).SelectMany(Steps).ToList();
            if (open.Count == 0) return null;
            var (set, level) = open.MinBy(step => Rate(step.Set, step.Level, before));
            enough = size.IsEven ? Between(set, level, isMet) : null;
            at[set] = level;
            removed.UnionWith(sets[set].Curve.Gone(sets[set].Levels[level].Kept));
            living.Spare(removed);
        }
        return enough ?? [.. removed];
    }

    /// <summary>What goes when a step is taken as far as needed; null where all of it is.</summary>
    private HashSet<int>? Between(int set, int level, Func<IReadOnlySet<int>, bool> isMet)
    {
        var (from, to) = (sets[set].Levels[at[set]].Kept, sets[set].Levels[level].Kept);
        int[] between = [.. Enumerable.Range(to + 1, from - to - 1).Select(kept => rounded(set, kept)).Distinct()
            .Where(kept => kept < from)];
        HashSet<int>? enough = null;
        for (var (low, high) = (0, between.Length); low < high;)
        {
            var middle = (low + high) / 2;
            var tried = living.Spare([.. removed, .. sets[set].Curve.Gone(between[middle])]);
            if (isMet(tried)) (enough, low) = (tried, middle + 1);
            else high = middle;
        }
        return enough;
    }

    private IEnumerable<(int Set, int Level)> Steps(int set)
        => Enumerable.Range(at[set] + 1, size.IsEven ? 1 : MostAhead).Where(level => level < sets[set].Levels.Count)
            .Select(level => (set, level));

    /// <summary>What a set's step costs for what it saves.</summary>
    private double Rate(int set, int level, double before)
    {
        var (from, to) = (sets[set].Levels[at[set]], sets[set].Levels[level]);
        var saved = before - size.Without(removed.Concat(sets[set].Curve.Gone(to.Kept)).ToHashSet());
        return (to.Cost - from.Cost) / Math.Max(saved, double.Epsilon);
    }
}
