using GspMl.Onnx.Pipeline;
using GspMl.Onnx.Pruning;
using GspMl.Projection;

namespace GspMl.Onnx;

/// <summary>Prunes a model's weights: choose layers → form groups → project → new values and a report.</summary>
/// <remarks>
/// Without calibration data a model of any size is pruned in bounded memory: external data is read layer by layer, or in pieces where
/// layers are the vectors, and only what ONNX keeps in the model file itself is held. Groups within a layer, and filters in one group, take
/// a few times the largest layer. With calibration data the model is held several times over.
/// </remarks>
public static class ModelPruner
{
    /// <summary>Prunes a model in memory. Nothing is written; the given model is unchanged.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">What to prune, and how.</param>
    /// <param name="progress">Told each weight before a step is taken with it.</param>
    /// <param name="cancel">Looked at between passes over a group.</param>
    /// <exception cref="NothingMatchedException">A pattern matches no weight, or no weight is left.</exception>
    /// <exception cref="OnnxModelException">A weight cannot be read, or holds NaN or infinity, or calibration inputs cannot be run; the
    /// message names file and tensor.</exception>
    /// <exception cref="ArgumentException">A property of the options has an impossible value, which the error names, or they ask for
    /// calibration without calibration data.</exception>
    public static PruningResult Prune(OnnxModel model, PruningOptions options, IProgress<PruningProgress>? progress = null,
        CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        return Prune(model, options, new DenseFindings(), progress, cancel);
    }

    /// <summary>Prunes with what earlier runs found out about the dense model; the same bytes come out as without.</summary>
    internal static PruningResult Prune(OnnxModel model, PruningOptions options, DenseFindings findings,
        IProgress<PruningProgress>? progress, CancellationToken cancel)
    {
        options.Validate();
        options = options.Resolved();
        var (layers, skipped) = LayerSelection.Choose(model, options);
        var bounded = model.WithThreads(options.MaxThreads);
        var result = CalibratedPruning.IsAskedFor(options)
            ? Calibrated(bounded, options, findings, layers, skipped, progress, cancel)
            : Project(bounded, options, layers, skipped, progress, cancel);
        return result with { Model = result.Model.WithThreads(0) };
    }

    private static PruningResult Calibrated(
        OnnxModel model, PruningOptions options, DenseFindings findings, IReadOnlyList<SelectedLayer> layers,
        IReadOnlyList<SkippedTensor> skipped, IProgress<PruningProgress>? progress, CancellationToken cancel)
    {
        using var pruning = new CalibratedPruning(model, options, findings, progress, cancel);
        return pruning.Prune(layers, skipped);
    }

    private static PruningResult Project(
        OnnxModel model, PruningOptions options, IReadOnlyList<SelectedLayer> layers, IReadOnlyList<SkippedTensor> skipped,
        IProgress<PruningProgress>? progress, CancellationToken cancel)
    {
        var run = new PruningRun(model, options, progress, cancel);
        run.PruneAll(layers);
        return new(model.With(run.Edits),
            new(options, [.. layers.Select(layer => run.Results[layer.Weight])], [.. skipped, .. model.Skipped]));
    }

    /// <summary>How sparse each weight is as it stands, over its output filters.</summary>
    /// <param name="model">The model.</param>
    /// <exception cref="OnnxModelException">A weight cannot be read, or holds NaN or infinity.</exception>
    public static IReadOnlyList<LayerSparsity> Measure(OnnxModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var options = new PruningOptions { Target = SparsityTarget.Hoyer(0) };
        var run = new PruningRun(model, options, null, default);
        return [.. model.Weights.Select(weight => run.Measure(new(weight, options.Target, false)))];
    }
}
