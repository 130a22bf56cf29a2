using System.Numerics;
using GspMl.Onnx.Allocation;
using GspMl.Projection;

namespace GspMl.Onnx.Pruning;

/// <summary>How many weights each layer would keep, before its pattern rounds that.</summary>
/// <param name="grouping">What a vector is, and whether one multiplier holds for all layers.</param>
internal class PatternShares(LayerGrouping grouping)
{
    /// <summary>One number of weights for each layer, together those that the target leaves.</summary>
    public virtual double[] Of<T>(IReadOnlyList<PatternedLayer<T>> layers, SparsityTarget target)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => grouping.SpansLayers && layers.Count > 1 ? AtOneMultiplier(layers, target)
            : [.. layers.Select(layer => (1 - target.Value) * layer.Count)];

    /// <summary>What a unit's score is divided by, so that one threshold holds for all layers: β of its vector.</summary>
    protected virtual double Scale<T>(PatternedLayer<T> layer)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => HoyerScale.Beta(grouping.Vectors == WeightGroup.FilterInModel ? Math.Max(2, layer.Layout.CellSize) : layer.Layout.Units);

    /// <summary>The least part of a layer that stays.</summary>
    protected virtual double Floor(SparsityTarget target) => 0;

    /// <summary>All units stay whose scores, in units of their vectors' scales, are over one threshold.</summary>
    private double[] AtOneMultiplier<T>(IReadOnlyList<PatternedLayer<T>> layers, SparsityTarget target)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var scores = layers.Select(layer => layer.Scores().Select(score => score / Scale(layer)).Order().ToArray()).ToList();
        var budget = (1 - target.Value) * layers.Sum(layer => layer.Count);
        var all = scores.SelectMany(values => values).Order().ToArray();
        var (low, high) = (0, all.Length - 1);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (Kept(all[middle]).Sum() <= budget) high = middle;
            else low = middle + 1;
        }
        return Kept(all[low]);

        double[] Kept(double threshold) => [.. layers.Select((layer, i)
            => Math.Max(Floor(target) * layer.Count, (double)(scores[i].Length - AtMost(scores[i], threshold)) * layer.Layout.UnitSize))];
    }

    /// <summary>How many of sorted numbers are no more than a threshold.</summary>
    private static int AtMost(double[] sorted, double threshold)
    {
        var at = Array.BinarySearch(sorted, threshold);
        if (at < 0) return ~at;
        while (at < sorted.Length && sorted[at] <= threshold) at++;
        return at;
    }
}

/// <summary>Layers are compared in parts of the standard deviation of their outputs, and none falls under a floor.</summary>
/// <param name="deviations">The standard deviation of each layer's outputs.</param>
/// <param name="floor">The least part of its weights that any layer keeps.</param>
internal sealed class ScaledPatternShares(Func<PrunableWeight, double> deviations, double floor)
    : PatternShares(LayerGrouping.Of(WeightGroup.Layer))
{
    protected override double Scale<T>(PatternedLayer<T> layer) => deviations(layer.Weight) is var deviation and > 0 ? deviation : 1;

    protected override double Floor(SparsityTarget target) => floor;
}

/// <summary>Each layer's own target decides.</summary>
/// <param name="targets">Zeros of each layer.</param>
internal sealed class OwnPatternShares(IReadOnlyDictionary<PrunableWeight, SparsityTarget> targets) : PatternShares(LayerGrouping.Alone)
{
    public override double[] Of<T>(IReadOnlyList<PatternedLayer<T>> layers, SparsityTarget target)
        => [.. layers.Select(layer => (1 - targets.GetValueOrDefault(layer.Weight, target).Value) * layer.Count)];
}
