using GspMl.Onnx.Calibration;
using GspMl.Onnx.Products;
using GspMl.Onnx.Pruning;
using GspMl.Onnx.Reconstruction;
using GspMl.Onnx.Shrinking.Choosing;
using GspMl.Onnx.Shrinking.Cutting;
using GspMl.Onnx.Shrinking.Following;

namespace GspMl.Onnx.Shrinking;

/// <summary>One run of <see cref="ModelShrinker"/>.</summary>
internal sealed class ShrinkRun(
    OnnxModel model, ChannelFlow flow, ModelRunShapes shapes, ShrinkOptions options, IProgress<PruningProgress>? progress,
    CancellationToken cancel)
{
    // Chosen on held-back calibration digits (bench structured-tune).
    private const double MagnitudeShare = 1;
    private const double CalibratedShare = 0.5;

    private readonly ModelCost cost = new(model, flow, shapes.Rows);

    /// <summary>Follows → scores → chooses → refits → cuts → reports.</summary>
    public ShrinkResult Run() => Run((free, _) => Choose(free, Scores(free)));

    /// <summary>The same with another way to choose.</summary>
    /// <param name="choose">From the sets whose channels can go, and what the model costs, to the channels that go.</param>
    public ShrinkResult Run(Func<IReadOnlyList<FoundSet>, ModelCost, ChosenChannels> choose)
    {
        var sets = FoundSet.Of(model, flow, options.Include, options.Exclude);
        var free = sets.Where(set => set.Reason is null).ToList();
        if (sets.Count == 0) throw NoLayer(model);
        if (free.Count == 0)
            throw new NothingMatchedException($"{model.Path}: no channel can be taken out: "
                + $"{string.Join("; ", sets.Select(set => $"{set.Layers[0].Name}: {set.Reason}"))}.");
        var chosen = choose(free, cost);
        return new(Cut(chosen.Removed), Report(sets, chosen));
    }

    /// <summary>The error of a model without layers.</summary>
    public static NothingMatchedException NoLayer(OnnxModel model)
        => new($"{model.Path}: no channel can be taken out: no layer has channels to follow.");

    private IReadOnlyList<double[]> Scores(IReadOnlyList<FoundSet> free)
        => options.Score.TellsErrors
            ? new CalibratedChannelScores(model, flow, options.Score, options.Fitting, cancel).Of(free)
            : new MagnitudeChannelScores(model, flow, Costs(free)).Of(free);

    /// <summary>What a score of weights says of them.</summary>
    private IWeightCosts Costs(IReadOnlyList<FoundSet> free)
    {
        if (options.Score.IsMagnitude) return new UnitCosts();
        if (!options.Score.NeedsCalibration) return new StoredCosts(model, options.Score);
        var dense = new WorkingModel(model);
        var inputs = CalibrationInputs.Create(model, options.Calibration!, options.Reconstruction.BatchSize);
        var weights = free.SelectMany(set => set.Layers.Concat(set.Readers)).Select(layer => layer.Weight).OfType<PrunableWeight>()
            .ToHashSet();
        var layers = model.Weights.Where(weights.Contains).Select(weight => LinearLayer.Of(dense, weight).Layer).OfType<LinearLayer>()
            .ToList();
        using var products = new MatrixProduct(options.MaxThreads, cancel);
        var fitting = new LayerFitting(options.Fitting with { Score = options.Score }, inputs.Rows, products, cancel);
        var statistics = LayerStatistics.Measure(dense, layers, inputs, fitting, cancel);
        return new CalibratedCosts(statistics.Costs, new UnitCosts());
    }

    private ChosenChannels Choose(IReadOnlyList<FoundSet> free, IReadOnlyList<double[]> scores)
    {
        var isCalibrated = options.Score.TellsErrors;
        if (options.Target.Measure == ShrinkMeasure.Sparsity)
            return new ChannelChoice(free, scores, options.LeastShare ?? 0, options.Multiple, options.MaxThreads).At(options.Target.Value);
        var leastShare = options.LeastShare ?? (isCalibrated ? CalibratedShare : MagnitudeShare);
        var count = cost.Of(options.Target.Measure);
        // Errors are weighed against what they buy; norms are no errors.
        var choice =
            new ChannelChoice(free,
            isCalibrated ? [.. free.Zip(scores, (set, vector) => PerCost(vector, count.GoneWith(set.Channels[0])))] : scores, leastShare,
            options.Multiple, options.MaxThreads);
        return choice.Until(removed => options.Targets.All(target => IsMet(target, removed)))
            ?? throw OutOfReach(options.Targets.First(target => !IsMet(target, choice.Largest(0))), choice);
    }

    private bool IsMet(ShrinkTarget target, IReadOnlySet<int> removed)
    {
        var count = cost.Of(target.Measure);
        // Counts are whole numbers: half of one is rounding.
        return count.Without(removed) <= ((1 - target.Value) * count.All) + (0.5 / shapes.Rows);
    }

    /// <summary>Scores are roots of errors: per root of what a channel of the set costs.</summary>
    private static double[] PerCost(double[] scores, double costOfChannel)
        => [.. scores.Select(score => score / Math.Sqrt(Math.Max(costOfChannel, 1)))];

    private OnnxModelException OutOfReach(ShrinkTarget target, ChannelChoice choice)
    {
        var count = cost.Of(target.Measure);
        var most = 1 - (count.Without(choice.Largest(0)) / count.All);
        return new($"{model.Path}: {target.Value:P1} of the {Words(target.Measure)} cannot go: {most:P1} is the most, "
            + $"with the fewest channels left in every set ({options.Multiple}).");
    }

    private static string Words(ShrinkMeasure measure) => measure switch
    {
        ShrinkMeasure.Parameters => "parameters",
        ShrinkMeasure.Bytes => "bytes of tensors",
        _ => "multiply-accumulates",
    };

    private OnnxModel Cut(IReadOnlySet<int> removed)
    {
        if (options.Calibration is null) return ChannelRemoval.Apply(model, flow, removed);
        var inputs = CalibrationInputs.Create(model, options.Calibration, options.Reconstruction.BatchSize);
        using var refitted = model.With(new ChannelReconstruction(model, flow, options, inputs, progress, cancel).Run(removed));
        return ChannelRemoval.Apply(refitted, flow, removed);
    }

    private ShrinkReport Report(IReadOnlyList<FoundSet> sets, ChosenChannels chosen)
    {
        var found = sets.Select(set => Report(set, chosen));
        var inputs = string.Join(", ", model.Inputs.Select(name => $"{name} [{string.Join(',', shapes.Of(name) ?? [])}]"));
        return new()
        {
            Options = options,
            Sets = [.. found],
            Before = Size(new HashSet<int>()),
            After = Size(chosen.Removed),
            Sparsity = chosen.Sparsity,
            Multiplier = chosen.Multiplier,
            InputShapes = inputs,
        };
    }

    private static ChannelSet Report(FoundSet set, ChosenChannels chosen)
    {
        int[] kept = [.. Enumerable.Range(0, set.Channels.Count).Where(c => !chosen.Removed.Contains(set.Channels[c]))];
        return new()
        {
            Layers = [.. set.Layers.Select(layer => layer.Name)],
            Readers = [.. set.Readers.Select(layer => layer.Name)],
            Before = set.Channels.Count,
            Kept = kept,
            Reason = set.Reason ?? "",
        };
    }

    private ModelSize Size(IReadOnlySet<int> removed)
        => new((long)Math.Round(cost.Macs(removed)), (long)Math.Round(cost.Parameters(removed)));
}
