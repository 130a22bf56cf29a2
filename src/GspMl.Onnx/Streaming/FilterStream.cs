using System.Numerics;
using GspMl.Onnx.Models;
using GspMl.Onnx.Pruning;
using GspMl.Onnx.Weights;
using GspMl.Projection;

namespace GspMl.Onnx.Streaming;

/// <summary>
/// Grouped sparse projection of all filters of several layers in one group, in a few passes over the model; the largest
/// layer is in memory at a time. Each layer's filters are of one length, so one threshold holds for all of them.
/// </summary>
internal sealed class FilterStream<T>(OnnxModel model, PruningOptions options, GspProjector<T> projector, ModelEdits edits,
    CancellationToken cancel)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly StoredValues<T> stored = new(model, edits, projector);
    private T[]? free;

    /// <summary>Prunes layers that share a target.</summary>
    public IEnumerable<LayerPruning> Prune(IReadOnlyList<SelectedLayer> group)
    {
        var target = group[0].Target;
        var before = group.Select(layer => stored.Measure(Load(layer))).ToList();
        var (multiplier, ending) = target.IsZeros ? ForZeros(group, target.Value) : ForHoyer(group, target.Value);
        return [.. group.Zip(before, (layer, was) =>
        {
            var (after, exact) = Apply(layer, was, multiplier, ending);
            return new LayerPruning
            {
                Weight = layer.Weight,
                Target = layer.Target,
                Before = was,
                After = after,
                Exact = exact,
                Multiplier = multiplier,
                Ending = ending,
            };
        })];
    }

    private (double Multiplier, ProjectionEnding Ending) ForZeros(IReadOnlyList<SelectedLayer> group, double fraction)
    {
        using var pass = new ModelPass<T>(model, group.Select(layer => layer.Weight), options.MaxThreads, cancel);
        var layers = StreamedLayer.Survey(model, pass, group).Select(InFilters).ToList();
        var decision = new ZerosSearch<T>(pass, layers).Find(fraction);
        return (decision.Multiplier, decision.Ending);
    }

    private (double Multiplier, ProjectionEnding Ending) ForHoyer(IReadOnlyList<SelectedLayer> group, double target)
    {
        (double Gap, double Slope) At(double multiplier)
        {
            var average = LayerWeights<T>.Combined(group.Select(layer => Load(layer).SparsityAt(projector, multiplier)));
            return (average.Sparsity - target, average.Derivative);
        }
        var now = At(0);
        if (now.Gap >= -GspProjector<T>.DefaultTolerance) return (0, ProjectionEnding.Unchanged);
        // Vectors of equal magnitudes have no slope: their sparsity jumps where all of them are reached.
        var start = now.Slope > 0 && double.IsFinite(now.Gap / now.Slope) ? -now.Gap / now.Slope
            : Math.Min(double.MaxValue, group.Max(LastMultiplier));
        var search = new MultiplierSearch(start, GspProjector<T>.DefaultTolerance, StreamedDecision.Resolution);
        var ending = search.Run(At);
        return (search.Multiplier, ending);
    }

    /// <summary>The multiplier at which every filter of a layer is down to one entry.</summary>
    private double LastMultiplier(SelectedLayer layer)
    {
        var weights = Load(layer);
        return double.CreateTruncating(weights.LargestMagnitudes().Max()) / LayerCoordinates.Beta(weights.Vectors.Length);
    }

    /// <summary>Each filter keeps its largest entry.</summary>
    private StreamedLayer InFilters(StreamedLayer layer)
    {
        var weights = Load(layer.Layer);
        double[] largest = [.. weights.LargestMagnitudes().Select(double.CreateTruncating).Where(magnitude => magnitude > 0).Order()];
        return layer with { Unit = LayerCoordinates.Beta(weights.Vectors.Length), Kept = largest };
    }

    private (LayerSparsity After, LayerSparsity Exact) Apply(SelectedLayer layer, LayerSparsity before, double multiplier,
        ProjectionEnding ending)
    {
        if (ending == ProjectionEnding.Unchanged) return (before, before);
        var weights = Load(layer);
        weights.Apply(projector, multiplier);
        var (after, exact, isKept) = stored.Set(weights);
        if (isKept) free = null;
        return (after, exact);
    }

    /// <summary>One array serves for layers of one size.</summary>
    private LayerWeights<T> Load(SelectedLayer layer)
    {
        cancel.ThrowIfCancellationRequested();
        free = WeightCodec<T>.Decode(model.Elements, layer.Weight, free);
        return new(layer, LayerVectors.Of(layer.Weight, WeightGroup.FilterInModel), free);
    }
}
