using Google.Protobuf;
using GspMl.Onnx.Allocation;
using GspMl.Onnx.Calibration;
using GspMl.Onnx.Operators;
using GspMl.Onnx.Pruning;
using GspMl.Onnx.Reconstruction;
using GspMl.Onnx.Streaming;
using GspMl.Projection;

namespace GspMl.Onnx.Pipeline;

/// <summary>
/// Pruning with all of its choices: score the weights → share the zeros out → choose supports → reconstruct the values,
/// or estimate normalisation statistics anew → report. What the options do not ask for is left out.
/// </summary>
internal sealed class CalibratedPruning(OnnxModel model, PruningOptions options, IProgress<PruningProgress>? progress, CancellationToken cancel)
{
    private readonly CalibrationInputs? inputs = options.Calibration is { } data ? CalibrationInputs.Create(model, data, options.Reconstruction) : null;
    private readonly CalibratedLayers calibrated = new();
    private readonly Dictionary<PrunableWeight, IReadOnlyList<SparsityLevel>> levels = [];
    private LayerFitting? fitting;
    private IReadOnlyDictionary<PrunableWeight, double> errors = new Dictionary<PrunableWeight, double>();

    private LayerFitting Fitting => fitting ??= new(options, inputs?.VariedRows ?? 1);

    private bool IsMeasured => options.Allocation == SparsityAllocation.Measured;

    // A measured allocation takes a fraction of zeros as it is, and where supports are chosen in stages, no score of the dense layers is asked for.
    private bool NeedsStatistics => inputs is not null && !(IsMeasured && Fitting.IsStaged && options.Target.IsZeros) && (options.Score != WeightScore.Magnitude || options.Allocation == SparsityAllocation.GspScaled);

    /// <summary>Whether the options ask for more than projection of the stored weights.</summary>
    public static bool IsAskedFor(PruningOptions options)
    {
        var needsData = options.Score != WeightScore.Magnitude || options.Allocation == SparsityAllocation.Measured || options.Values == WeightValues.Reconstructed;
        if (needsData && options.Calibration is null)
            throw new ArgumentException($"Score {options.Score}, allocation {options.Allocation} and values {options.Values} need calibration inputs.", nameof(options));
        return needsData || options.Calibration is not null;
    }

    /// <summary>Prunes the layers.</summary>
    public PruningResult Prune(IReadOnlyList<SelectedLayer> layers, IReadOnlyList<SkippedTensor> skipped)
    {
        if (Fitting.IsStaged && options.Reconstruction.RowsPerFilter > 0) fitting = new(options, inputs!.VariedRows) { Sensitivities = Sensitivities(layers) };
        var run = Project(layers);
        if (IsMeasured) run = ProjectAlone(layers, Allocate(layers, run));
        var result = options.Values == WeightValues.Reconstructed ? Reconstruct(layers, run) : model.With(run.Edits);
        if (options.Values != WeightValues.Reconstructed && inputs is not null) result = Renormalize(result);
        return new(result, new(options, Report(layers, run, result), [.. skipped, .. model.Skipped]));
    }

    private IReadOnlyDictionary<PrunableWeight, LayerSensitivity> Sensitivities(IReadOnlyList<SelectedLayer> layers)
    {
        var dense = new WorkingModel(model);
        return new OutputSensitivity(dense, inputs!, options.Reconstruction.RowsPerFilter, cancel).Measure(calibrated.Of(dense, layers));
    }

    private LayerStatistics Statistics(IReadOnlyList<SelectedLayer> layers)
    {
        var dense = new WorkingModel(model);
        return LayerStatistics.Measure(dense, calibrated.Of(dense, layers), inputs!, Fitting, cancel);
    }

    /// <summary>Chooses supports by projection of the scores; a measured allocation only takes the overall number of zeros from it.</summary>
    private PruningRun Project(IReadOnlyList<SelectedLayer> layers)
    {
        var statistics = NeedsStatistics ? Statistics(layers) : LayerStatistics.None;
        var score = new CalibratedScore(statistics.Costs);
        var run = options.Allocation == SparsityAllocation.GspScaled
            ? new PruningRun(model, options, progress, cancel) { Allocation = new ScaledGspAllocation(weight => statistics.Deviation(model, weight), score, LayerCoordinates.Floor(options.Target)) }
            : new PruningRun(model, options with { Allocation = IsMeasured && options.Target.IsZeros ? SparsityAllocation.Uniform : options.Allocation }, progress, cancel) { Score = score };
        run.PruneAll(layers);
        return run;
    }

    /// <summary>Weights to keep of each layer that was measured; together as many as the first projection kept of them.</summary>
    private Dictionary<PrunableWeight, long> Allocate(IReadOnlyList<SelectedLayer> layers, PruningRun run)
    {
        var free = calibrated.Of(new WorkingModel(model), layers.Where(layer => !layer.HasOwnTarget)).Select(layer => layer.Weight).ToList();
        var measured = new MeasuredAllocation(model, inputs!, Fitting, cancel).Measure(free, options.Reconstruction.Levels, progress);
        foreach (var (weight, found) in free.Zip(measured)) levels[weight] = found;
        var keep = LeastCostAllocation.Choose(measured, free.Sum(run.Kept));
        run.Edits.Dispose();
        return free.Zip(keep).ToDictionary(pair => pair.First, pair => pair.Second);
    }

    /// <summary>Prunes each layer to its own number of weights; layers that were not measured stay as the first projection decided.</summary>
    private PruningRun ProjectAlone(IReadOnlyList<SelectedLayer> layers, Dictionary<PrunableWeight, long> keep)
    {
        var statistics = NeedsStatistics && !Fitting.IsStaged ? Statistics(layers) : LayerStatistics.None;
        var run = new PruningRun(model, options with { Allocation = SparsityAllocation.Uniform }, progress, cancel) { Score = new CalibratedScore(statistics.Costs) };
        run.PruneAll([.. layers.Select(layer => keep.TryGetValue(layer.Weight, out var count)
            ? layer with { Target = SparsityTarget.Zeros(1 - ((double)count / layer.Weight.Count)), HasOwnTarget = true }
            : layer)]);
        return run;
    }

    private OnnxModel Reconstruct(IReadOnlyList<SelectedLayer> layers, PruningRun run)
    {
        var (dense, pruned) = (new WorkingModel(model), new WorkingModel(model));
        var linear = calibrated.Of(pruned, layers);
        foreach (var weight in layers.Select(layer => layer.Weight).Except(linear.Select(layer => layer.Weight)))
            if (run.Edits.TryGet(weight.Location, out var bytes)) pruned[weight.Location].RawData = ByteString.CopyFrom(bytes.Span);
        var plans = linear.Select(layer => Fitting.IsStaged ? LayerPlan.ByCount(layer, run.Kept(layer.Weight)) : LayerPlan.BySupport(layer, run.Kept(layer.Weight), run.Edits)).ToList();
        errors = new SequentialReconstruction(dense, pruned, inputs!, Fitting).Run(plans, progress, cancel);
        run.Edits.Dispose();
        return model.With(ModelChanges.Between(model, pruned));
    }

    private OnnxModel Renormalize(OnnxModel result)
    {
        if (!result.Proto.Graph.Node.Any(node => OperatorTable.Of(node)?.Normalization is not null)) return result;
        var working = new WorkingModel(result);
        NormalizationStatistics.Estimate(working, inputs!, cancel);
        return model.With(ModelChanges.Between(model, working));
    }

    private List<LayerPruning> Report(IReadOnlyList<SelectedLayer> layers, PruningRun run, OnnxModel result)
    {
        var (before, after) = (new PruningRun(model, options, null, cancel), new PruningRun(result, options, null, cancel));
        var account = new PruningAccount(calibrated.Obstacles, levels, errors);
        return [.. layers.Select(layer => account.Explain(layer, run.Results[layer.Weight] with { Target = layer.Target, Before = before.Measure(layer), After = after.Measure(layer) }))];
    }
}
