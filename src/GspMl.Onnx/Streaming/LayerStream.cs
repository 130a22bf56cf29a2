using System.Numerics;
using GspMl.Onnx.Models;
using GspMl.Onnx.Pruning;
using GspMl.Onnx.Weights;
using GspMl.Projection;

namespace GspMl.Onnx.Streaming;

/// <summary>
/// Grouped sparse projection of layers, each one vector, in a few passes over the model: survey the layers → find the
/// multiplier → cut. Memory does not grow with the model; where values are projected, with its largest layer.
/// </summary>
internal sealed class LayerStream<T>(OnnxModel model, PruningOptions options, GspProjector<T> projector, ModelEdits edits,
    CancellationToken cancel)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Prunes layers that share a target.</summary>
    /// <param name="group">The layers.</param>
    /// <param name="coordinates">The unit of each layer's threshold, and the most zeros it may have.</param>
    public IEnumerable<LayerPruning> Prune(IReadOnlyList<SelectedLayer> group, Func<StreamedLayer, StreamedLayer> coordinates)
    {
        var target = group[0].Target;
        using var pass = new ModelPass<T>(model, group.Select(layer => layer.Weight), options.MaxThreads, cancel);
        var layers = StreamedLayer.Survey(model, pass, group).Select(coordinates).ToList();
        var decision = target.IsZeros ? new ZerosSearch<T>(pass, layers).Find(target.Value) : new HoyerSearch<T>(pass, layers)
            .Find(target.Value);
        return [.. layers.Select((layer, i) =>
        {
            var (after, exact) = Cut(layer, decision, i);
            return new LayerPruning
            {
                Weight = layer.Weight,
                Target = layer.Layer.Target,
                Before = layer.AsVector,
                After = after,
                Exact = exact,
                Multiplier = decision.Multiplier,
                Ending = decision.Ending,
            };
        })];
    }

    /// <summary>Makes the cut, and tells how sparse the layer is then, as stored and before rounding.</summary>
    private (LayerSparsity After, LayerSparsity Exact) Cut(StreamedLayer layer, StreamedDecision decision, int i)
    {
        if (decision.Ending == ProjectionEnding.Unchanged) return (layer.AsVector, layer.AsVector);
        if (options.Values.AreProjected) return Projected(layer, decision.Cuts[i].High);
        edits.Set(layer.Weight.Location, new MaskedElements<T>(model, layer.Weight, decision.Cuts[i]));
        var after = (layer with { Sums = decision.Kept[i] }).AsVector;
        return (after, after);
    }

    private (LayerSparsity After, LayerSparsity Exact) Projected(StreamedLayer layer, double threshold)
    {
        cancel.ThrowIfCancellationRequested();
        var weights =
            new LayerWeights<T>(layer.Layer, LayerVectors.Of(layer.Weight, WeightGroup.Layer),
            WeightCodec<T>.Decode(model.Elements, layer.Weight));
        // Core thresholds at μ/(√n − 1).
        weights.Apply(projector, threshold * HoyerScale.Range(layer.Count));
        var (after, exact, _) = new StoredValues<T>(model, edits, projector).Set(weights);
        return (after, exact);
    }
}
