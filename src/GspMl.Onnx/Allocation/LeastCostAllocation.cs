namespace GspMl.Onnx.Allocation;

/// <summary>What a layer costs when this many of its weights are kept.</summary>
/// <param name="Keep">Weights kept.</param>
/// <param name="Cost">What that does to the model's outputs; 0 for all weights.</param>
internal readonly record struct SparsityLevel(long Keep, double Cost)
{
    /// <summary>The fraction of weights at which it was tried; where weights cannot be divided so, fewer are kept.</summary>
    public double Fraction { get; init; } = 1;

    /// <summary>The level of a layer with so many weights.</summary>
    public MeasuredLevel Of(long count) => new(1 - ((double)Keep / count), Cost);
}

/// <summary>
/// Chooses a level for every layer, so that the costs add up to the least while no more than a budget of weights is kept in all.
/// </summary>
internal static class LeastCostAllocation
{
    /// <summary>
    /// Walks down the lower convex hulls of all layers' levels, always along the segment that saves weights at the least
    /// cost each, until the budget is met; the last segment is taken as far as needed. That is the optimum of the
    /// Lagrangian relaxation, exact wherever costs are convex between levels. O(levels · log levels).
    /// </summary>
    /// <param name="layers">Each layer's levels, in any order.</param>
    /// <param name="budget">Weights that may be kept in all; less than all lowest levels together keep gives the lowest levels.</param>
    /// <returns>Weights to keep, for each layer.</returns>
    public static IReadOnlyList<long> Choose(IReadOnlyList<IReadOnlyList<SparsityLevel>> layers, long budget)
    {
        var hulls = layers.Select(Hull).ToList();
        var keep = hulls.Select(hull => hull[0].Keep).ToArray();
        var excess = keep.Sum() - budget;
        var segments =
            hulls.SelectMany((hull, layer)
            => hull.Zip(hull.Skip(1), (from, to)
            => (Layer: layer, Saved: from.Keep - to.Keep, Rate: (to.Cost - from.Cost) / (from.Keep - to.Keep))));
        // Within a hull the rates rise, and a stable sort keeps equal ones in order: no segment is taken before the one above it.
        foreach (var (layer, saved, _) in segments.OrderBy(segment => segment.Rate))
        {
            if (excess <= 0) break;
            var taken = Math.Min(saved, excess);
            keep[layer] -= taken;
            excess -= taken;
        }
        return keep;
    }

    /// <summary>The lower convex hull from the level that keeps most downwards: costs rise ever faster per weight saved.</summary>
    public static IReadOnlyList<SparsityLevel> Hull(IReadOnlyList<SparsityLevel> levels)
    {
        var hull = new List<SparsityLevel>();
        foreach (var level in levels.OrderByDescending(level => level.Keep).ThenBy(level => level.Cost))
        {
            if (hull.Count > 0 && hull[^1].Keep == level.Keep) continue;
            while (hull.Count > 1 && Rate(hull[^2], hull[^1]) >= Rate(hull[^1], level)) hull.RemoveAt(hull.Count - 1);
            hull.Add(level);
        }
        return hull;
    }

    private static double Rate(SparsityLevel from, SparsityLevel to) => (to.Cost - from.Cost) / (from.Keep - to.Keep);
}
