using Google.Protobuf;
using GspMl.Onnx.Allocation;
using GspMl.Onnx.Calibration;
using GspMl.Onnx.Operators;
using GspMl.Onnx.Products;
using GspMl.Onnx.Pruning;
using GspMl.Onnx.Reconstruction;
using GspMl.Onnx.Streaming;
using GspMl.Projection;

namespace GspMl.Onnx.Pipeline;

/// <summary>
/// Pruning with all of its choices: score the weights → share the zeros out → choose supports → reconstruct the values,
/// or estimate normalisation statistics anew → report. What the options do not ask for is left out.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="options">What is asked for.</param>
/// <param name="findings">What earlier runs that differ in the target alone found out; this one adds to it.</param>
/// <param name="told">Told each weight before a step is taken with it.</param>
/// <param name="cancel">Looked at between steps.</param>
internal sealed class CalibratedPruning(OnnxModel model, PruningOptions options, DenseFindings findings,
    IProgress<PruningProgress>? told, CancellationToken cancel) : IDisposable
{
    private IProgress<PruningProgress>? progress = told;
    private readonly CalibrationInputs? inputs = options.Calibration is { } data
        ? CalibrationInputs.Create(model, data, options.Reconstruction) : null;
    private readonly CalibratedLayers calibrated = new();
    private readonly Dictionary<PrunableWeight, IReadOnlyList<SparsityLevel>> levels = [];
    private readonly MatrixProduct products = new(options.MaxThreads, cancel);
    private LayerFitting? fitting;
    private IReadOnlyDictionary<PrunableWeight, double> errors = new Dictionary<PrunableWeight, double>();

    private LayerFitting Fitting => fitting ??= new(options, inputs?.VariedRows ?? 1, products, cancel);

    /// <summary>Whether the options ask for more than projection of the stored weights.</summary>
    public static bool IsAskedFor(PruningOptions options)
        => options.Calibration is not null || !options.Score.IsMagnitude || options.Allocation is LayerAllocation { IsUniform: false }
            || options.Values is LayerValues or { AreReconstructed: true };

    /// <summary>Prunes the layers.</summary>
    public PruningResult Prune(IReadOnlyList<SelectedLayer> layers, IReadOnlyList<SkippedTensor> skipped)
    {
        if (progress is not null && inputs is not null && options.Values.AreReconstructed) progress = Forecast(layers, progress);
        if (ProbesOutputs)
        {
            var sensitivities = Sensitivities(layers);
            fitting = new(options, inputs!.VariedRows, products, cancel) { Sensitivities = sensitivities };
        }
        var run = options.Allocation is LayerAllocation { IsUniform: false } own
            ? ProjectAlone(layers, Share(own, layers))
            : Project(layers, options.Allocation, NeedsCountsAlone ? LayerStatistics.None : Statistics(layers));
        var result = options.Values.AreReconstructed ? Reconstruct(layers, run) : Renormalize(Fill(layers, run));
        return new(result, new(options, Report(layers, run, result), [.. skipped, .. model.Skipped]));
    }

    /// <summary>Whether each layer keeps a part that is known, and which weights is searched for later.</summary>
    private bool NeedsCountsAlone => Fitting.SearchesSupports && options.Allocation is LayerAllocation { IsUniform: true };

    private bool ProbesOutputs => Fitting.SearchesSupports && options.Reconstruction.RowsPerFilter > 0;

    /// <summary>A working copy in which the branches that all rows take are part of the main graph.</summary>
    private WorkingModel Open(OnnxModel source)
        => new(source, findings.Branches(() => inputs is null ? TakenBranches.None : TakenBranches.Of(model, inputs, cancel)));

    private ForecastProgress Forecast(IReadOnlyList<SelectedLayer> layers, IProgress<PruningProgress> inner)
    {
        var estimate = findings.Estimate(() =>
        {
            var dense = Open(model);
            return WorkEstimate.Of(dense, calibrated.Of(dense, layers), inputs!, options, Fitting);
        });
        List<PruningStep> steps = ProbesOutputs && !findings.AreProbed ? [PruningStep.Probing] : [];
        if (options.Allocation.NeedsCalibration && !findings.AreMeasured) steps.Add(PruningStep.Measuring);
        return new(estimate, [.. steps, PruningStep.Fitting], inner);
    }

    private IReadOnlyDictionary<PrunableWeight, LayerSensitivity> Sensitivities(IReadOnlyList<SelectedLayer> layers)
        => findings.Sensitivities(() =>
        {
            var dense = Open(model);
            return new OutputSensitivity(dense, inputs!, options.Reconstruction.RowsPerFilter, progress, cancel)
                .Measure(calibrated.Of(dense, layers));
        });

    private LayerStatistics Statistics(IReadOnlyList<SelectedLayer> layers)
    {
        if (inputs is null || (options.Score.IsMagnitude && !options.Allocation.IsScaled)) return LayerStatistics.None;
        var dense = Open(model);
        return LayerStatistics.Measure(dense, calibrated.Of(dense, layers), inputs, Fitting, cancel);
    }

    /// <summary>Layers that were not calibrated are scored as they are stored, unless the score needs to know their inputs.</summary>
    private CalibratedCosts Costs(LayerStatistics statistics)
        => new(statistics.Costs,
            options.Score.IsMagnitude || options.Score.NeedsCalibration ? new UnitCosts() : new StoredCosts(model, options.Score));

    /// <summary>Chooses supports by projection of the scores.</summary>
    private PruningRun Project(IReadOnlyList<SelectedLayer> layers, SparsityAllocation allocation, LayerStatistics statistics)
    {
        var costs = Costs(statistics);
        if (!options.Pattern.IsScattered)
            return Pruned(layers, PatternChoice.Shares(model, options with { Allocation = allocation }, statistics), costs);
        var run = allocation.IsScaled
            ? new PruningRun(model, options, progress,
                cancel)
            {
                Decision =
                new ScaledProjection(weight => statistics.Deviation(model, weight), costs, LayerCoordinates.Floor(options.Target))
            }
            : new PruningRun(model, options with { Allocation = allocation }, progress, cancel) { Costs = costs };
        run.PruneAll(layers);
        return run;
    }

    /// <summary>Prunes all layers to a pattern.</summary>
    private PruningRun Pruned(IReadOnlyList<SelectedLayer> layers, PatternShares shares, IWeightCosts costs)
    {
        var decision = new PatternProjection(options.Pattern, shares, costs, options.Values.AreProjected);
        var run = new PruningRun(model, options, progress, cancel) { Decision = decision };
        run.PruneAll(layers);
        return run;
    }

    /// <summary>The targets of the layers that have none of their own.</summary>
    private Dictionary<PrunableWeight, SparsityTarget> Share(LayerAllocation allocation, IReadOnlyList<SelectedLayer> layers)
    {
        var shared = layers.Where(layer => !layer.HasOwnTarget).ToList();
        if (shared.Count == 0) return [];
        var context = new AllocationContext(
            [.. shared.Select(layer => layer.Weight)], options.Target, weight => LayerContext.Of(model, weight),
            () => CountKept(layers, shared), inputs is null ? null : fraction => MeasureLevels(shared, fraction));
        var targets = allocation.Share(context)
            ?? throw new InvalidOperationException($"The allocation {allocation.Name} gives no targets.");
        if (targets.Count != shared.Count)
            throw new InvalidOperationException(
                $"The allocation {allocation.Name} gives {targets.Count} targets for {shared.Count} layers.");
        foreach (var (layer, target) in shared.Zip(targets))
        {
            if (!target.IsSet)
                throw new InvalidOperationException($"The allocation {allocation.Name} gives no target for '{layer.Weight.Name}'.");
        }
        return shared.Zip(targets).ToDictionary(pair => pair.First.Weight, pair => pair.Second);
    }

    /// <summary>
    /// What a projection keeps of each layer. A fraction of zeros is met by each layer as it is, and where supports are chosen in stages,
    /// no score of the dense layers is asked for.
    /// </summary>
    private long[] CountKept(IReadOnlyList<SelectedLayer> layers, IReadOnlyList<SelectedLayer> shared)
    {
        var statistics = Fitting.SearchesSupports && options.Target.IsZeros ? LayerStatistics.None : Statistics(layers);
        var run = Project(layers, options.Target.IsZeros ? SparsityAllocation.Uniform : SparsityAllocation.Gsp, statistics);
        run.Edits.Dispose();
        return [.. shared.Select(layer => run.Kept(layer.Weight))];
    }

    private IReadOnlyList<IReadOnlyList<MeasuredLevel>> MeasureLevels(IReadOnlyList<SelectedLayer> shared, double keptFraction)
    {
        var layers = calibrated.Of(Open(model), shared);
        var free = layers.Select(layer => layer.Weight).ToList();
        var fractions = options.Reconstruction.LevelsFor(keptFraction);
        var rows = RunBudget.Of(free).LevelRows(inputs!, fractions.Count);
        var measured = findings.Levels(fractions, rows,
            () => new LevelMeasurement(Open(model), inputs!, Fitting, rows, cancel).Measure(free, fractions, progress),
            hasLarge: layers.Any(layer => LayerFit.IsLargeLayer(layer.Weight.Count, layer.Inputs)));
        foreach (var (weight, found) in free.Zip(measured)) levels[weight] = found;
        return [.. shared.Select(layer => levels.GetValueOrDefault(layer.Weight) ?? [])
            .Zip(shared, (found, layer) => found.Select(level => level.Of(layer.Weight.Count)).ToList())];
    }

    /// <summary>Prunes each layer to its own target.</summary>
    private PruningRun ProjectAlone(IReadOnlyList<SelectedLayer> layers, Dictionary<PrunableWeight, SparsityTarget> targets)
    {
        var statistics = Fitting.SearchesSupports ? LayerStatistics.None : Statistics(layers);
        if (!options.Pattern.IsScattered) return Pruned(layers, new OwnPatternShares(targets), Costs(statistics));
        var run =
            new PruningRun(model, options with { Allocation = SparsityAllocation.Uniform }, progress, cancel) { Costs = Costs(statistics) };
        run.PruneAll([.. layers.Select(layer
            => targets.TryGetValue(layer.Weight, out var target) ? layer with { Target = target, HasOwnTarget = true } : layer)]);
        return run;
    }

    private OnnxModel Reconstruct(IReadOnlyList<SelectedLayer> layers, PruningRun run)
    {
        var (dense, pruned) = (Open(model), Open(model));
        var linear = calibrated.Of(pruned, layers);
        foreach (var weight in layers.Select(layer => layer.Weight).Except(linear.Select(layer => layer.Weight)))
            if (run.Edits.TryGet(weight.Location, out var bytes)) pruned[weight.Location].RawData = ByteString.CopyFrom(bytes.Span);
        var plans =
            linear.Select(layer
            => Fitting.SearchesSupports ? LayerPlan.ByCount(layer, run.Kept(layer.Weight))
            : LayerPlan.BySupport(layer, run.Kept(layer.Weight), run.Edits)).ToList();
        errors = new SequentialReconstruction(dense, pruned, inputs!, Fitting).Run(plans, progress, cancel);
        run.Edits.Dispose();
        return model.With(ModelChanges.Between(model, pruned));
    }

    /// <summary>Values of the user's own in the weights that stay.</summary>
    private OnnxModel Fill(IReadOnlyList<SelectedLayer> layers, PruningRun run)
    {
        var pruned = model.With(run.Edits);
        if (options.Values is LayerValues own)
            foreach (var weight in layers.Select(layer => layer.Weight)) FilledLayer.Write(model, pruned, weight, own);
        return pruned;
    }

    private OnnxModel Renormalize(OnnxModel result)
    {
        if (inputs is null || !result.Proto.Graph.Node.Any(node => OperatorTable.Of(node)?.Normalization is not null)) return result;
        var working = Open(result);
        NormalizationStatistics.Estimate(working, inputs, cancel);
        return model.With(ModelChanges.Between(model, working));
    }

    /// <summary>Frees what the fits used.</summary>
    public void Dispose() => products.Dispose();

    private List<LayerPruning> Report(IReadOnlyList<SelectedLayer> layers, PruningRun run, OnnxModel result)
    {
        var (before, after) = (new PruningRun(model, options, null, cancel), new PruningRun(result, options, null, cancel));
        var account = new PruningAccount(calibrated.Obstacles, levels, errors);
        return [.. layers.Select(layer
            => account.Explain(layer,
            run.Results[layer.Weight] with { Target = layer.Target, Before = before.Measure(layer), After = after.Measure(layer) }))];
    }
}
