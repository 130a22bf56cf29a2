using System.Numerics;
using GspMl.Onnx.Models;
using GspMl.Onnx.Patterns;
using GspMl.Onnx.Pruning;
using GspMl.Onnx.Reconstruction;
using GspMl.Onnx.Streaming;
using GspMl.Onnx.Weights;
using GspMl.Projection;

namespace GspMl.Onnx.Pipeline;

/// <summary>The state of one pruning run: its projectors, the values found so far and what became of each layer.</summary>
internal sealed class PruningRun(OnnxModel model, PruningOptions options, IProgress<PruningProgress>? progress, CancellationToken cancel)
{
    private readonly GspProjector<float> single = new(Projection(options));
    private readonly GspProjector<double> wide = new(Projection(options));
    private Array? free;
    private int count;

    /// <summary>What each element's magnitude is divided by.</summary>
    public IWeightCosts Costs { get; init; } = new UnitCosts();

    /// <summary>Decides which weights go.</summary>
    public ILayerProjection Decision { get; init; } = options.Pattern.IsScattered
        ? new GroupProjection(options.Allocation.Grouping(options.Group))
        : new PatternProjection(options.Pattern, PatternChoice.Shares(model, options, LayerStatistics.None), new UnitCosts(),
            options.Values.AreProjected);

    public ModelEdits Edits { get; } = new();

    public Dictionary<PrunableWeight, LayerPruning> Results { get; } = [];

    /// <summary>How many elements of a weight stay.</summary>
    public long Kept(PrunableWeight weight)
        => Decision is PatternProjection pattern ? pattern.Kept(weight) : weight.Count - Results[weight].After.ZeroCount;

    /// <summary>Prunes all layers, group by group.</summary>
    public void PruneAll(IReadOnlyList<SelectedLayer> layers)
    {
        count = layers.Count;
        foreach (var group in Groups(layers, Decision.SpansLayers)) Prune(group);
    }

    /// <summary>Layers that are decided together: each alone, or all that share the overall target.</summary>
    private static IEnumerable<IReadOnlyList<SelectedLayer>> Groups(IReadOnlyList<SelectedLayer> layers, bool spansLayers)
    {
        if (!spansLayers) return layers.Select(layer => new[] { layer });
        var together = layers.Where(layer => !layer.HasOwnTarget).ToList();
        var alone = layers.Where(layer => layer.HasOwnTarget).Select(layer => new List<SelectedLayer> { layer });
        return together.Count == 0 ? alone : alone.Prepend(together);
    }

    private void Prune(IReadOnlyList<SelectedLayer> group)
    {
        if (group.Any(layer => layer.Weight.ElementType == TensorElementType.Float64)) Prune(group, wide);
        else Prune(group, single);
    }

    public LayerSparsity Measure(SelectedLayer layer)
        => layer.Weight.ElementType == TensorElementType.Float64 ? Measure(layer, wide) : Measure(layer, single);

    private void Prune<T>(IReadOnlyList<SelectedLayer> group, GspProjector<T> projector) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach (var layer in group) progress?.Report(new(PruningStep.Projecting, layer.Weight, Results.Count, count));
        if (Stream(group, projector) is { } streamed)
        {
            foreach (var pruned in streamed) Results.Add(pruned.Weight, pruned);
            return;
        }
        var layers = group.Select(Load<T>).ToList();
        var stored = new StoredValues<T>(model, Edits, projector);
        var before = layers.Select(stored.Measure).ToList();
        var result = Decide(layers, group[0].Target, projector);
        foreach (var (layer, sparsity) in layers.Zip(before))
        {
            var weight = layer.Layer.Weight;
            var (after, exact, isKept) = result.Ending == ProjectionEnding.Unchanged ? (sparsity, sparsity, false) : stored.Set(layer);
            Results.Add(weight, new()
            {
                Weight = weight,
                Target = layer.Layer.Target,
                Before = sparsity,
                After = after,
                Exact = exact,
                Multiplier = result.Multiplier,
                Ending = result.Ending,
            });
            // Large models are pruned tensor by tensor in one array.
            if (!isKept) free = layer.Values;
        }
    }

    /// <exception cref="OnnxModelException">A pattern cannot have as many zeros.</exception>
    private ProjectionResult Decide<T>(IReadOnlyList<LayerWeights<T>> layers, SparsityTarget target, GspProjector<T> projector)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        try { return Decision.Prune(layers, target, projector, cancel); }
        catch (UnreachableTargetException e) { throw new OnnxModelException($"{model.Path}: {e.Message}", e); }
    }

    /// <summary>
    /// Layers that share a target and nothing but their magnitudes counts need not be held; null where others are to be pruned.
    /// </summary>
    private IEnumerable<LayerPruning>? Stream<T>(IReadOnlyList<SelectedLayer> group, GspProjector<T> projector)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (Costs is not UnitCosts || Decision is not GroupProjection { SpansLayers: true }) return null;
        var isScaled = options.Allocation.IsScaled;
        if (!isScaled && group.Sum(layer => layer.Weight.Count) <= options.HeldWeights) return null;
        if (Decision.Vectors == WeightGroup.FilterInModel)
            return new FilterStream<T>(model, options, projector, Edits, cancel).Prune(group);
        return new LayerStream<T>(model, options, projector, Edits, cancel)
            .Prune(group, isScaled ? LayerCoordinates.Scaled : LayerCoordinates.Plain);
    }

    private LayerSparsity Measure<T>(SelectedLayer layer, GspProjector<T> projector) where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => new StoredValues<T>(model, Edits, projector).Measure(Load<T>(layer));

    private LayerWeights<T> Load<T>(SelectedLayer layer) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var values = WeightCodec<T>.Decode(model.Elements, layer.Weight, free as T[]);
        free = null;
        return new(layer, LayerVectors.Of(layer.Weight, Decision.Vectors), values, Costs.Of<T>(layer.Weight));
    }

    private static ProjectionOptions Projection(PruningOptions options) => new()
    {
        MaxThreads = options.MaxThreads,
        Values = options.Values.AreProjected ? ProjectionValues.Projected : ProjectionValues.Original,
    };
}
