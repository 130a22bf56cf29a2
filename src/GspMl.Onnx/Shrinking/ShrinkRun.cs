using GspMl.Onnx.Calibration;
using GspMl.Onnx.Shrinking.Choosing;
using GspMl.Onnx.Shrinking.Cutting;
using GspMl.Onnx.Shrinking.Following;
using GspMl.Onnx.Shrinking.Times;

namespace GspMl.Onnx.Shrinking;

/// <summary>One run of <see cref="ModelShrinker"/>.</summary>
internal sealed class ShrinkRun(
    OnnxModel model, ChannelFlow flow, ModelRunShapes shapes, ShrinkOptions options, IProgress<PruningProgress>? progress,
    CancellationToken cancel)
{
    private readonly ModelCost cost = new(model, flow, shapes.Rows);

    /// <summary>Follows → scores → chooses → refits → cuts → times → reports.</summary>
    public ShrinkResult Run()
    {
        using var goal = Goal();
        var result = Run((free, _) => Chosen(free, goal));
        return goal is null ? result
            : result with { Report = result.Report with { Ratio = goal.RatioOf(result.Model), Rows = goal.Rows } };
    }

    private ChosenChannels Chosen(IReadOnlyList<FoundSet> free, LatencyGoal? goal)
    {
        FiniteWeights.Check(model, free);
        return new ChannelDecision(model, flow, options, cost, goal, progress, cancel).Of(free);
    }

    private LatencyGoal? Goal()
        => options.LatencyGone is { } gone
            ? new(model, flow, new(options.Calibration, options.Rows, options.MaxThreads), gone, cancel) : null;

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
