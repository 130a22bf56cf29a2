using System.Numerics;
using GspMl.Onnx.Models;
using GspMl.Onnx.Pruning;
using GspMl.Projection;

namespace GspMl.Onnx;

/// <summary>Prunes a model's weights: choose layers → form groups → project → new values and a report.</summary>
public static class ModelPruner
{
    /// <summary>Prunes a model in memory. Nothing is written; the given model is unchanged.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">What to prune, and how.</param>
    /// <param name="progress">Told each weight before it is pruned.</param>
    /// <param name="cancel">Looked at between passes over a group.</param>
    /// <exception cref="NothingMatchedException">A pattern matches no weight, or no weight is left.</exception>
    /// <exception cref="OnnxModelException">A weight cannot be read, or holds NaN or infinity; the message names file and tensor.</exception>
    public static PruningResult Prune(OnnxModel model, PruningOptions options, IProgress<PrunableWeight>? progress = null, CancellationToken cancel = default)
    {
        var (layers, skipped) = LayerSelection.Choose(model, options);
        var run = new PruningRun(model, options, progress, cancel);
        foreach (var group in Groups(layers, run.Allocation.SpansLayers)) run.Prune(group);
        var pruned = layers.Select(layer => run.Results[layer.Weight]).ToList();
        return new(model.With(run.Edits), new(options, pruned, [.. skipped, .. model.Skipped]));
    }

    /// <summary>How sparse each weight is as it stands, over its output filters.</summary>
    /// <param name="model">The model.</param>
    /// <exception cref="OnnxModelException">A weight cannot be read, or holds NaN or infinity.</exception>
    public static IReadOnlyList<LayerSparsity> Measure(OnnxModel model)
    {
        var options = new PruningOptions { Target = SparsityTarget.Hoyer(0) };
        var run = new PruningRun(model, options, null, default);
        return [.. model.Weights.Select(weight => run.Measure(new(weight, options.Target, false)))];
    }

    /// <summary>Layers that are decided together: each alone, or all that share the overall target.</summary>
    private static IEnumerable<IReadOnlyList<SelectedLayer>> Groups(IReadOnlyList<SelectedLayer> layers, bool spansLayers)
    {
        if (!spansLayers) return layers.Select(layer => new[] { layer });
        var together = layers.Where(layer => !layer.HasOwnTarget).ToList();
        var alone = layers.Where(layer => layer.HasOwnTarget).Select(layer => new List<SelectedLayer> { layer });
        return together.Count == 0 ? alone : alone.Prepend(together);
    }
}

/// <summary>The state of one pruning run: its projectors, the values found so far and what became of each layer.</summary>
internal sealed class PruningRun(OnnxModel model, PruningOptions options, IProgress<PrunableWeight>? progress, CancellationToken cancel)
{
    private readonly GspProjector<float> single = new(Projection(options));
    private readonly GspProjector<double> wide = new(Projection(options));

    public ISparsityAllocation Allocation { get; } = options.Allocation == SparsityAllocation.Uniform ? new UniformAllocation() : new GspAllocation(options.Group);

    public ModelEdits Edits { get; } = new();

    public Dictionary<PrunableWeight, LayerPruning> Results { get; } = [];

    public void Prune(IReadOnlyList<SelectedLayer> group)
    {
        if (group.Any(layer => layer.Weight.ElementType == TensorElementType.Float64)) Prune(group, wide);
        else Prune(group, single);
    }

    public LayerSparsity Measure(SelectedLayer layer)
        => layer.Weight.ElementType == TensorElementType.Float64 ? Measure(layer, wide) : Measure(layer, single);

    private void Prune<T>(IReadOnlyList<SelectedLayer> group, GspProjector<T> projector) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach (var layer in group) progress?.Report(layer.Weight);
        var layers = group.Select(Load<T>).ToList();
        var before = layers.Select(layer => Checked(layer, projector)).ToList();
        var result = Allocation.Prune(layers, group[0].Target, projector, cancel);
        foreach (var (layer, sparsity) in layers.Zip(before))
        {
            if (result.Ending != ProjectionEnding.Unchanged) Edits.Set(layer.Layer.Weight.Location, WeightCodec<T>.Encode(model, layer.Layer.Weight, layer.Values));
            Results.Add(layer.Layer.Weight, new(layer.Layer.Weight, layer.Layer.Target, sparsity, After(layer, projector), result.Multiplier, result.Ending));
        }
    }

    /// <summary>The sparsity as stored: narrow formats may round a small weight to zero.</summary>
    private LayerSparsity After<T>(LayerWeights<T> layer, GspProjector<T> projector) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (layer.Layer.Weight.ElementType is TensorElementType.Float32 or TensorElementType.Float64) return layer.Measure(projector);
        var stored = new LayerWeights<T>(layer.Layer, layer.Vectors, WeightCodec<T>.Decode(model.With(Edits), layer.Layer.Weight));
        return stored.Measure(projector);
    }

    private LayerSparsity Measure<T>(SelectedLayer layer, GspProjector<T> projector) where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => Checked(Load<T>(layer), projector);

    private LayerWeights<T> Load<T>(SelectedLayer layer) where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => new(layer, LayerVectors.Of(layer.Weight, Allocation.Vectors), WeightCodec<T>.Decode(model, layer.Weight));

    private LayerSparsity Checked<T>(LayerWeights<T> layer, GspProjector<T> projector) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        try { return layer.Measure(projector); }
        catch (ArgumentException e)
        {
            var weight = layer.Layer.Weight;
            throw new OnnxModelException($"{model.Path}, node '{weight.Node}', tensor '{weight.Name}': {e.Message}", e);
        }
    }

    private static ProjectionOptions Projection(PruningOptions options) => new()
    {
        MaxThreads = options.MaxThreads,
        Values = options.Values == WeightValues.Original ? ProjectionValues.Original : ProjectionValues.Projected,
    };
}
