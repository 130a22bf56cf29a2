using System.Diagnostics;
using GspMl.Onnx.Calibration;
using GspMl.Onnx.Shrinking.Following;
using GspMl.Onnx.Timing;

namespace GspMl.Onnx.Rewriting;

/// <summary>One run of <see cref="ModelRewriter"/>.</summary>
internal sealed class RewriteRun : IDisposable
{
    // Layers that alone gain this much are not tried in the whole model without.
    private const double SurelyFaster = 0.5;

    // A layer that alone takes longer may be part of a chain that does not.
    private const double MostInChain = 1.5;

    private static readonly TimeSpan MostTrials = TimeSpan.FromSeconds(60);

    private readonly OnnxModel original;
    private readonly OnnxModel model;
    private readonly int removed;
    private readonly RewriteOptions options;
    private readonly CancellationToken cancel;
    private readonly WorkingModel working;
    private readonly TypicalInputs inputs;
    private readonly ModelRunShapes shapes;
    private readonly Dictionary<PrunableWeight, LayerRewrite> layers = [];

    public RewriteRun(OnnxModel original, RewriteOptions options, CancellationToken cancel)
    {
        (this.original, this.options, this.cancel) = (original, options, cancel);
        (model, removed) = UnreadChannels.Remove(original, ModelRunShapes.Of(original, options.Inputs));
        working = new(model);
        shapes = ModelRunShapes.Of(model, options.Inputs);
        inputs = TypicalInputs.Of(original, options.Inputs, options.Rows);
    }

    /// <summary>Finds → times → rewrites → compares → puts back → reports.</summary>
    public RewriteResult Run()
    {
        var chosen = Choose([.. Found()]);
        if (chosen.Count + removed == 0) return new(original, Report(null, 0));
        using var before = Session(original);
        chosen = options.Everywhere is null ? PutBack(Chained(chosen), before) : chosen;
        return Finish(chosen, before);
    }

    private RewriteResult Finish(IReadOnlyList<Way> chosen, TimedSession before)
    {
        if (chosen.Count + removed == 0) return new(original, Report(null, 0));
        var rewritten = Model(chosen);
        using var after = Session(rewritten);
        var difference = OutputDifference.Of(before.Outputs(), after.Outputs());
        var tolerance = OutputTolerance.Of(model, options.Tolerance);
        if (!(difference <= tolerance))
            throw new OnnxModelException($"{model.Path}: written for speed, its outputs differ by {difference:G2} of their largest "
                + $"magnitude; {tolerance:G2} is allowed. Write it as it is.");
        var ratio = TimedSession.Compare(before, after, 2 * options.TimingRounds, cancel);
        if (ratio.Median >= 1 && options.Everywhere is null)
        {
            foreach (var way in chosen) Leave(way.Layer.Weight, "the whole model is not faster with it");
            return new(original, Report(ratio, 0));
        }
        foreach (var way in chosen) layers[way.Layer.Weight] = way.Report();
        return new(rewritten, Report(ratio, difference));
    }

    /// <summary>The layers with column sets; the others are noted with the reason.</summary>
    private IEnumerable<ColumnLayer> Found()
    {
        foreach (var weight in model.Weights)
        {
            cancel.ThrowIfCancellationRequested();
            var (layer, reason) = ColumnLayer.Of(model, working, weight);
            if (layer is not null && shapes.Of(layer.Input) is not { Count: >= 2 }) (layer, reason) = (null, "its input is no matrix");
            if (layer is null) Leave(weight, reason!);
            else yield return layer;
        }
    }

    /// <summary>The fastest way of each layer alone, where that is faster than it was.</summary>
    private List<Way> Choose(IReadOnlyList<ColumnLayer> found)
    {
        var chosen = new List<Way>();
        foreach (var (i, layer) in found.Index())
        {
            cancel.ThrowIfCancellationRequested();
            options.Progress?.Report(new(layer.Weight, IsInModel: false, i, found.Count));
            var trial = new LayerTrial(working, layer, Shape(layer), options);
            if (options.Everywhere is { } everywhere)
            {
                var ways = trial.Ways().ToList();
                var (same, layout) = ways.FirstOrDefault(way => way.Layout == everywhere, ways[0]);
                chosen.Add(new(same, layout, null));
                continue;
            }
            var best = trial.Best(cancel);
            layers[layer.Weight] = new Way(best.Layer, best.Layout, best.Ratio).Report() with
            {
                Layout = LayerLayout.Dense,
                Reason = $"in blocks it takes {100 * best.Ratio.Median:F0} % of its time",
            };
            // A chain of layers pays for its transposes once.
            if (best.Ratio.Median < (layer.IsConvolution ? 1 : MostInChain)) chosen.Add(new(best.Layer, best.Layout, best.Ratio));
        }
        return chosen;
    }

    /// <summary>
    /// All linear layers in one transposed layout, where that is faster in the whole model than each in the layout best for it alone:
    /// a chain of layers pays for its transposes once.
    /// </summary>
    private List<Way> Chained(List<Way> chosen)
    {
        var best = Alone(chosen);
        foreach (var layout in new[] { LayerLayout.Transposed, LayerLayout.Flattened })
        {
            if (InLayout(chosen, layout) is not { } chained || chained.SequenceEqual(best)) continue;
            using var first = best.Count == 0 ? Session(original) : Session(Model(best));
            using var second = Session(Model(chained));
            if (TimedSession.Compare(first, second, options.TimingRounds, cancel).Median < 1) best = chained;
        }
        return best;
    }

    /// <summary>The layers that are faster alone; a model has one transposed layout, that of most of them.</summary>
    private static List<Way> Alone(List<Way> chosen)
    {
        var faster = chosen.Where(way => way.Ratio!.Median < 1).ToList();
        var flat = faster.Count(way => way.Layout == LayerLayout.Flattened) > faster.Count(way => way.Layout == LayerLayout.Transposed);
        return [.. faster.Select(way => flat && way.Layout == LayerLayout.Transposed ? way with { Layout = LayerLayout.Flattened } : way)
            .Where(way => flat || way.Layout != LayerLayout.Flattened)];
    }

    /// <summary>Null where no layer can be so.</summary>
    private List<Way>? InLayout(List<Way> chosen, LayerLayout layout)
    {
        bool CanBe(Way way) => !way.Layer.IsConvolution && (layout == LayerLayout.Flattened || shapes.Of(way.Layer.Input)!.Count <= 3);
        return !chosen.Exists(CanBe) ? null
            : [.. chosen.Where(way => CanBe(way) || way.Ratio!.Median < 1).Where(way => CanBe(way) || way.Layout != LayerLayout.Flattened)
                .Select(way => CanBe(way) ? way with { Layout = layout } : way)];
    }

    /// <summary>Takes back the layers without which the whole model is faster.</summary>
    private List<Way> PutBack(List<Way> chosen, TimedSession before)
    {
        var start = Stopwatch.GetTimestamp();
        var open = chosen.Where(way => way.Ratio!.Median > SurelyFaster).OrderByDescending(way => way.Ratio!.Median).ToList();
        foreach (var (i, way) in open.Index())
        {
            options.Progress?.Report(new(way.Layer.Weight, IsInModel: true, i, open.Count));
            if (Stopwatch.GetElapsedTime(start) > MostTrials) break;
            var without = chosen.Where(other => other != way).ToList();
            using var now = Session(Model(chosen));
            using var then = without.Count == 0 ? null : Session(Model(without));
            if (TimedSession.Compare(now, then ?? before, options.TimingRounds, cancel).Interval.High >= 1) continue;
            chosen = without;
            Leave(way.Layer.Weight, "the whole model is faster without", way);
        }
        return chosen;
    }

    private TimedSession Session(OnnxModel which) => new(which, inputs.Values, options.MaxThreads);

    private OnnxModel Model(IEnumerable<Way> ways)
        => RewrittenModel.Of(model, working, ways.Select(way => (way.Layer, way.Layout)), name => shapes.Of(name)?.Count ?? 0);

    /// <summary>The shape of a layer's input in a run of as many rows as are wanted.</summary>
    private long[] Shape(ColumnLayer layer)
    {
        long[] shape = [.. shapes.Of(layer.Input)!];
        // Where rows are in front, as many more; else the model has fixed the shape.
        if (shape[0] % shapes.Rows == 0) shape[0] = shape[0] / shapes.Rows * inputs.Rows;
        return shape;
    }

    private void Leave(PrunableWeight weight, string reason, Way? way = null)
        => layers[weight] = (way?.Report() ?? new() { Weight = weight, Layout = LayerLayout.Dense }) with
        {
            Layout = LayerLayout.Dense,
            Reason = reason,
        };

    private RewriteReport Report(LatencyRatio? ratio, double difference) => new()
    {
        Options = options,
        Layers = [.. model.Weights.Zip(original.Weights, (weight, before) => layers[weight] with { Weight = before })],
        RemovedChannels = removed,
        Rows = inputs.Rows,
        Ratio = ratio,
        LargestDifference = difference,
    };

    public void Dispose() => inputs.Dispose();

    /// <summary>A layer, how it is written, and what that takes by what it took.</summary>
    private sealed record Way(ColumnLayer Layer, LayerLayout Layout, LatencyRatio? Ratio)
    {
        public LayerRewrite Report() => new()
        {
            Weight = Layer.Weight,
            Layout = Layout,
            Blocks = Layer.Sets.Blocks,
            Kept = Layer.Sets.Kept,
            Channels = Layer.Sets.Shape.Channels,
            Ratio = Ratio,
        };
    }
}
