using System.Numerics;
using GspMl.Onnx.Patterns;
using GspMl.Projection;

namespace GspMl.Onnx.Pruning;

/// <summary>
/// Grouped sparse projection of the units of a pattern, by the root mean square of what their weights score; what each layer keeps is then
/// rounded to what its pattern can keep, so that all layers together reach the target.
/// </summary>
/// <param name="pattern">Where zeros may lie.</param>
/// <param name="shares">How layers share the weights that stay.</param>
/// <param name="costs">The costs of a layer's entries.</param>
/// <param name="areProjected">Whether the weights that stay take the projection's own values.</param>
internal sealed class PatternProjection(SparsityPattern pattern, PatternShares shares, IWeightCosts costs, bool areProjected)
    : ILayerProjection
{
    private readonly Dictionary<PrunableWeight, long> kept = [];

    public WeightGroup Vectors => WeightGroup.Filter;

    public bool SpansLayers => true;

    /// <summary>Weights that a layer keeps, those that were zero before among them.</summary>
    public long Kept(PrunableWeight weight) => kept[weight];

    /// <exception cref="UnreachableTargetException">The target leaves less than the least that the pattern can keep.</exception>
    public ProjectionResult Prune<T>(IReadOnlyList<LayerWeights<T>> layers, SparsityTarget target, GspProjector<T> projector,
        CancellationToken cancel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var patterned = layers.Select(layer
            => new PatternedLayer<T>(layer, pattern.Layout(layer.Layer.Weight)!, costs.Of<T>(layer.Layer.Weight))).ToList();
        var steps = pattern.FixedZeros is null ? Steps(patterned, target) : [.. patterned.Select(_ => 1)];
        foreach (var (layer, count) in patterned.Zip(steps))
        {
            cancel.ThrowIfCancellationRequested();
            layer.Keep(count, areProjected ? projector : null);
            kept[layer.Weight] = count * layer.Layout.StepWeights;
        }
        var total = patterned.Sum(layer => layer.Count);
        return new() { Ending = ProjectionEnding.Met, Zeros = 1 - ((double)patterned.Sum(layer => kept[layer.Weight]) / total) };
    }

    private int[] Steps<T>(IReadOnlyList<PatternedLayer<T>> layers, SparsityTarget target)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var total = layers.Sum(layer => layer.Count);
        var least = layers.Sum(layer => layer.Layout.StepWeights);
        var budget = (long)Math.Floor(((1 - target.Value) * total) + 1e-6);
        return PatternBudget.Apportion([.. layers.Select(layer => layer.Layout.StepWeights)], [.. layers.Select(layer => layer.Steps)],
            shares.Of(layers, target), budget) ?? throw new UnreachableTargetException(pattern, target.Value, 1 - ((double)least / total));
    }
}
