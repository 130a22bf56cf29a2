using GspMl.Onnx.Allocation;
using GspMl.Onnx.Models;
using GspMl.Onnx.Pruning;
using GspMl.Onnx.Reconstruction;
using GspMl.Onnx.Scores;
using GspMl.Onnx.Streaming;
using GspMl.Projection;

namespace GspMl.Onnx.Calibration;

/// <summary>
/// Pruning with all of its choices: score the weights → share the zeros out → choose supports → reconstruct the values,
/// or estimate normalisation statistics anew → report. What the options do not ask for is left out.
/// </summary>
internal sealed class CalibratedPruning(OnnxModel model, PruningOptions options, IProgress<PruningProgress>? progress, CancellationToken cancel)
{
    private readonly CalibrationInputs? inputs = options.Calibration is { } data ? CalibrationInputs.Create(model, data, options.Reconstruction.BatchSize) : null;
    private LayerFitting fitting = new(options, options.Calibration?.Rows ?? 1);
    private readonly Dictionary<PrunableWeight, string> obstacles = [];
    private readonly Dictionary<PrunableWeight, IReadOnlyList<SparsityLevel>> levels = [];
    private IReadOnlyDictionary<PrunableWeight, double> errors = new Dictionary<PrunableWeight, double>();

    private bool IsMeasured => options.Allocation == SparsityAllocation.Measured;

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
        if (fitting.IsStaged && options.Reconstruction.RowsPerFilter > 0) fitting = new(options, inputs!.Rows) { Sensitivities = Sensitivities(layers) };
        var run = Project(layers);
        if (IsMeasured) run = ProjectAlone(layers, Allocate(layers, run));
        var result = options.Values == WeightValues.Reconstructed ? Reconstruct(layers, run) : model.With(run.Edits);
        if (options.Values != WeightValues.Reconstructed && inputs is not null) result = Renormalize(result);
        return new(result, new(options, Report(layers, run, result), [.. skipped, .. model.Skipped]));
    }

    /// <summary>Chooses supports by projection of the scores; a measured allocation only takes the overall number of zeros from it.</summary>
    private PruningRun Project(IReadOnlyList<SelectedLayer> layers)
    {
        var statistics = NeedsStatistics ? Statistics(layers) : new([], []);
        var score = new CalibratedScore(statistics.Costs);
        var run = options.Allocation == SparsityAllocation.GspScaled
            ? NewRun(options, new MagnitudeScore(), new ScaledGspAllocation(weight => Deviation(statistics, weight), score, Floor))
            : NewRun(options with { Allocation = IsMeasured && options.Target.IsZeros ? SparsityAllocation.Uniform : options.Allocation }, score, null);
        run.PruneAll(layers);
        return run;
    }

    private bool NeedsStatistics => inputs is not null && (options.Score != WeightScore.Magnitude || options.Allocation == SparsityAllocation.GspScaled);

    private double Floor => LayerCoordinates.Floor(options.Target);

    private PruningRun NewRun(PruningOptions with, IWeightScore score, ISparsityAllocation? allocation)
        => allocation is null ? new(model, with, progress, cancel) { Score = score } : new(model, with, progress, cancel) { Score = score, Allocation = allocation };

    private IReadOnlyDictionary<PrunableWeight, double[]> Sensitivities(IReadOnlyList<SelectedLayer> layers)
    {
        var dense = new WorkingModel(model);
        return new OutputSensitivity(dense, inputs!, options.Reconstruction.RowsPerFilter, cancel).Measure(Linear(dense, layers));
    }

    /// <summary>The costs of every stored element, and the standard deviation of the outputs, of all layers that can be calibrated.</summary>
    private (Dictionary<PrunableWeight, double[]> Costs, Dictionary<PrunableWeight, double> Deviations) Statistics(IReadOnlyList<SelectedLayer> layers)
    {
        var dense = new WorkingModel(model);
        using var stream = new ActivationStream(dense, inputs!.All());
        var (costs, deviations) = (new Dictionary<PrunableWeight, double[]>(), new Dictionary<PrunableWeight, double>());
        foreach (var layer in Linear(dense, layers))
        {
            stream.Advance([layer.Input, layer.Output], cancel);
            var fit = fitting.Start(layer, stream);
            costs[layer.Weight] = fitting.Costs(layer, fit);
            deviations[layer.Weight] = Math.Sqrt(fit.Groups.Average(group => group.Problem.Energy.ToArray().Average()));
        }
        return (costs, deviations);
    }

    private double Deviation((Dictionary<PrunableWeight, double[]> Costs, Dictionary<PrunableWeight, double> Deviations) statistics, PrunableWeight weight)
        => statistics.Deviations.TryGetValue(weight, out var deviation) ? deviation : LayerCoordinates.Deviation(weight, WeightCodec<double>.Decode(model, weight).Sum(w => w * w));

    private List<LinearLayer> Linear(WorkingModel working, IReadOnlyList<SelectedLayer> layers)
    {
        var linear = new List<LinearLayer>();
        foreach (var weight in layers.Select(layer => layer.Weight))
        {
            var (layer, reason) = LinearLayer.Of(working, weight);
            if (layer is not null) linear.Add(layer);
            else obstacles[weight] = reason!;
        }
        return linear;
    }

    /// <summary>Weights to keep of each layer that was measured; together as many as the first projection kept of them.</summary>
    private Dictionary<PrunableWeight, long> Allocate(IReadOnlyList<SelectedLayer> layers, PruningRun run)
    {
        var free = Linear(new WorkingModel(model), [.. layers.Where(layer => !layer.HasOwnTarget)]).Select(layer => layer.Weight).ToList();
        var measured = new MeasuredAllocation(model, inputs!, fitting, cancel).Measure(free, options.Reconstruction.Levels, progress);
        foreach (var (weight, found) in free.Zip(measured)) levels[weight] = found;
        var keep = LeastCostAllocation.Choose(measured, free.Sum(weight => Kept(run, weight)));
        run.Edits.Dispose();
        return free.Zip(keep).ToDictionary(pair => pair.First, pair => pair.Second);
    }

    /// <summary>Prunes each layer to its own number of weights; layers that were not measured stay as the first projection decided.</summary>
    private PruningRun ProjectAlone(IReadOnlyList<SelectedLayer> layers, Dictionary<PrunableWeight, long> keep)
    {
        var statistics = NeedsStatistics && !fitting.IsStaged ? Statistics(layers) : new([], []);
        var run = NewRun(options with { Allocation = SparsityAllocation.Uniform }, new CalibratedScore(statistics.Costs), null);
        run.PruneAll([.. layers.Select(layer => keep.TryGetValue(layer.Weight, out var count)
            ? layer with { Target = SparsityTarget.Zeros(1 - ((double)count / layer.Weight.Count)), HasOwnTarget = true }
            : layer)]);
        return run;
    }

    private OnnxModel Reconstruct(IReadOnlyList<SelectedLayer> layers, PruningRun run)
    {
        var (dense, pruned) = (new WorkingModel(model), new WorkingModel(model));
        var linear = Linear(pruned, layers);
        foreach (var weight in layers.Select(layer => layer.Weight).Except(linear.Select(layer => layer.Weight)))
            if (run.Edits.TryGet(weight.Location, out var bytes)) pruned[weight.Location].RawData = Google.Protobuf.ByteString.CopyFrom(bytes.Span);
        var plans = linear.Select(layer => new LayerPlan(layer, Kept(run, layer.Weight), fitting.IsStaged ? null : Supports(layer, run))).ToList();
        errors = new SequentialReconstruction(dense, pruned, inputs!, fitting).Run(plans, progress, cancel);
        run.Edits.Dispose();
        return Changed(pruned);
    }

    private static IReadOnlyList<int[]> Supports(LinearLayer layer, PruningRun run)
    {
        var values = run.Edits.TryGet(layer.Weight.Location, out var bytes) ? Decode(layer.Weight.ElementType, bytes.Span) : WorkingModel.Values(layer.Tensor);
        var filters = layer.ToFilters(values);
        return [.. Enumerable.Range(0, layer.Filters).Select(r => Enumerable.Range(0, layer.Inputs).Where(j => filters[(r * layer.Inputs) + j] != 0).ToArray())];
    }

    private static double[] Decode(TensorElementType type, ReadOnlySpan<byte> bytes)
    {
        var values = new double[bytes.Length / ElementFormat.SizeOf(type)];
        ElementFormat.Decode(type, bytes, values.AsSpan());
        return values;
    }

    private OnnxModel Renormalize(OnnxModel result)
    {
        if (!result.Proto.Graph.Node.Any(node => node.OpType == "BatchNormalization")) return result;
        var working = new WorkingModel(result);
        NormalizationStatistics.Estimate(working, inputs!, cancel);
        return Changed(working);
    }

    /// <summary>The model with every floating-point tensor as the working copy holds it, where that differs.</summary>
    private OnnxModel Changed(WorkingModel working)
    {
        var edits = new ModelEdits();
        foreach (var tensor in model.Tensors.Where(tensor => ElementFormat.SizeOf(tensor.ElementType) > 0))
        {
            var bytes = working[tensor].RawData.Memory;
            if (bytes.Length > 0 && !bytes.Span.SequenceEqual(ElementReader.Bytes(model, tensor).Span)) edits.Set(tensor, bytes);
        }
        return model.With(edits);
    }

    private static long Kept(PruningRun run, PrunableWeight weight) => weight.Count - run.Results[weight].After.Zeros;

    private List<LayerPruning> Report(IReadOnlyList<SelectedLayer> layers, PruningRun run, OnnxModel result)
    {
        var (before, after) = (new PruningRun(model, options, null, cancel), new PruningRun(result, options, null, cancel));
        return [.. layers.Select(layer => run.Results[layer.Weight] with
        {
            Target = layer.Target,
            Before = before.Measure(layer),
            After = after.Measure(layer),
            Reason = Reason(layer),
            OutputError = errors.TryGetValue(layer.Weight, out var error) ? error : null,
            Levels = levels.TryGetValue(layer.Weight, out var tried) ? [.. tried.Select(level => new MeasuredLevel(1 - ((double)level.Keep / layer.Weight.Count), level.Cost))] : [],
        })];
    }

    private string Reason(SelectedLayer layer)
    {
        var parts = new List<string>();
        if (layer.HasOwnTarget) parts.Add("a pattern set its target");
        else if (levels.TryGetValue(layer.Weight, out var tried)) parts.Add($"pruned alone to {1 - ((double)tried[^1].Keep / layer.Weight.Count):P0} zeros it changed the outputs by {tried[^1].Cost:P1} of their variance");
        if (obstacles.TryGetValue(layer.Weight, out var obstacle)) parts.Add($"not calibrated: {obstacle}");
        else if (errors.TryGetValue(layer.Weight, out var error)) parts.Add($"reconstructed; {error:P1} of its output's variance is left as error");
        return string.Join("; ", parts);
    }
}
