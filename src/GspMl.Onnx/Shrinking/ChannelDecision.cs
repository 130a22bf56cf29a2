using GspMl.Onnx.Calibration;
using GspMl.Onnx.Products;
using GspMl.Onnx.Pruning;
using GspMl.Onnx.Reconstruction;
using GspMl.Onnx.Shrinking.Choosing;
using GspMl.Onnx.Shrinking.Following;
using GspMl.Onnx.Shrinking.Measuring;
using GspMl.Onnx.Shrinking.Times;

namespace GspMl.Onnx.Shrinking;

/// <summary>
/// Which channels go: scores say which ones of a set. How many of each set is decided by a projection of the scores or, where the layers
/// that read them are refitted, by what fewer of them cost on calibration rows held back.
/// </summary>
internal sealed class ChannelDecision(
    OnnxModel model, ChannelFlow flow, ShrinkOptions options, ModelCost cost, LatencyGoal? goal, IProgress<PruningProgress>? progress,
    CancellationToken cancel)
{
    // Chosen on held-back calibration digits (bench shrink-tune).
    private const double MagnitudeShare = 1;
    private const double CalibratedShare = 0.5;

    // What a level of measured widths keeps of the one before; of a large model a trial takes a second.
    private const double NextLevel = 0.8;
    private const double NextLevelOfLarge = 0.65;

    private readonly LivingAxes living = LivingAxes.Of(flow);

    /// <summary>The channels that go.</summary>
    /// <param name="free">The sets whose channels can go.</param>
    /// <exception cref="OnnxModelException">The target is out of reach, or the model cannot be run.</exception>
    public ChosenChannels Of(IReadOnlyList<FoundSet> free)
    {
        if (!options.Score.TellsErrors) return Projected(free, new MagnitudeChannelScores(model, flow, Costs(free)).Of(free));
        var inputs = CalibrationInputs.Create(model, options.Calibration!, options.Reconstruction.BatchSize);
        using var fits = new ReaderFits(model, flow, free, options.Fitting, inputs, cancel);
        var scoring = new CalibratedChannelScores(model, flow, fits, options.Score, options.MaxThreads, cancel);
        if (options.MeasuresWidths) return Measured(free, scoring, inputs, fits);
        var scores = new double[free.Count][];
        foreach (var (i, set) in fits.Sets()) scores[i] = scoring.Of(set);
        return Projected(free, scores);
    }

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

    private ChosenChannels Projected(IReadOnlyList<FoundSet> free, IReadOnlyList<double[]> scores)
    {
        if (options.Target.Measure == ShrinkMeasure.Sparsity)
            return Choice(free, scores, 0).At(options.Target.Value);
        var isCalibrated = options.Score.TellsErrors;
        var count = cost.Of(options.Target.Measure);
        // Errors are weighed against what they buy; norms are no errors.
        var compared = isCalibrated ? [.. free.Zip(scores, (set, vector) => PerCost(vector, count.GoneWith(set.Channels[0])))] : scores;
        var choice = Choice(free, compared, isCalibrated ? CalibratedShare : MagnitudeShare);
        return Chosen(choice, () => choice.Until(AreMet) ?? choice.Fewest());
    }

    /// <summary>Chooses; where a model is to be fast, until one is.</summary>
    private ChosenChannels Chosen(ChannelChoice choice, Func<ChosenChannels> choose)
    {
        CheckReach(choice);
        return goal is null ? choose() : goal.Until(choose);
    }

    private ChannelChoice Choice(IReadOnlyList<FoundSet> free, IReadOnlyList<double[]> scores, double leastShare)
        => new(living, free, scores, options.LeastShare ?? leastShare, options.Multiple, options.MaxThreads);

    /// <summary>Scores are roots of errors: per root of what a channel of the set costs.</summary>
    private static double[] PerCost(double[] scores, double costOfChannel)
        => [.. scores.Select(score => score / Math.Sqrt(Math.Max(costOfChannel, 1)))];

    private ChosenChannels Measured(IReadOnlyList<FoundSet> free, CalibratedChannelScores scoring, CalibrationInputs inputs,
        ReaderFits fits)
    {
        // How few channels are enough does not depend on which.
        var unscored = Choice(free, [.. free.Select(set => new double[set.Channels.Count])], 0);
        CheckReach(unscored);
        var budget = RunBudget.Of([.. model.Weights]) with { Layers = free.Count };
        var judge = new HeldBackJudge(model, inputs, budget.LevelRows(inputs, WidthMeasurement.UsualLevels), cancel);
        var measurement = new WidthMeasurement(model, flow, living, fits, judge, budget.IsLarge ? NextLevelOfLarge : NextLevel);
        var (floors, scores, curves, done) = (unscored.Floors(AreMet), new double[free.Count][], new WidthCurve[free.Count], 0);
        foreach (var (i, set) in fits.Sets())
        {
            progress?.Report(new(PruningStep.Measuring, set.Layers[0].Weight!, done++, free.Count));
            scores[i] = scoring.Of(set);
            curves[i] = measurement.Of(set, Order(set, scores[i]), kept => Math.Max(floors[i], unscored.RoundedUp(i, kept)));
        }
        var choice = Choice(free, scores, 0);
        var widths = new MeasuredWidths(living, curves, goal is null ? cost.Of(options.Target.Measure) : goal.Table, choice.RoundedUp);
        return Chosen(choice, () => new(widths.Until(AreMet) ?? choice.Largest(0), null, null));
    }

    /// <summary>Channels of a set, those that go first at the front.</summary>
    private static IReadOnlyList<int> Order(FoundSet set, double[] scores)
        => [.. Enumerable.Range(0, scores.Length).OrderBy(c => scores[c]).Select(c => set.Channels[c])];

    private bool AreMet(IReadOnlySet<int> removed) => options.Targets.All(target => IsMet(target, removed));

    private bool IsMet(ShrinkTarget target, IReadOnlySet<int> removed)
        => target.Measure == ShrinkMeasure.Latency ? goal!.IsMet(removed) : cost.IsGone(target.Measure, target.Value, removed);

    /// <summary>What is counted must be in reach; of the time of a run, only whole models tell.</summary>
    private void CheckReach(ChannelChoice choice)
    {
        var most = choice.Largest(0);
        foreach (var target in options.Targets.Where(target => target.Measure != ShrinkMeasure.Latency && !IsMet(target, most)))
        {
            var count = cost.Of(target.Measure);
            throw new OnnxModelException($"{model.Path}: {target.Value:P1} of the {Words(target.Measure)} cannot go: "
                + $"{1 - (count.Without(most) / count.All):P1} is the most, with the fewest channels left in every set "
                + $"({options.Multiple}).");
        }
    }

    private static string Words(ShrinkMeasure measure) => measure switch
    {
        ShrinkMeasure.Parameters => "parameters",
        ShrinkMeasure.Bytes => "bytes of tensors",
        _ => "multiply-accumulates",
    };
}
