using System.Diagnostics;
using GspMl.Onnx.Calibration;
using GspMl.Onnx.Shrinking.Following;

namespace GspMl.Onnx.Rewriting;

/// <summary>One run of <see cref="ModelRewriter"/>.</summary>
internal sealed class RewriteRun : IDisposable
{
    // Layers that alone gain this much are not tried in the whole model without.
    private const double SurelyFaster = 0.5;

    private static readonly TimeSpan MostTrials = TimeSpan.FromSeconds(60);

    private readonly OnnxModel model;
    private readonly RewriteOptions options;
    private readonly CancellationToken cancel;
    private readonly WorkingModel working;
    private readonly TypicalInputs inputs;
    private readonly ModelRunShapes shapes;
    private readonly Dictionary<PrunableWeight, LayerRewrite> layers = [];

    public RewriteRun(OnnxModel model, RewriteOptions options, CancellationToken cancel)
    {
        (this.model, this.options, this.cancel) = (model, options, cancel);
        working = new(model);
        shapes = ModelRunShapes.Of(model, options.Inputs);
        inputs = TypicalInputs.Of(model, options.Inputs, options.Rows);
    }

    /// <summary>Finds → times → rewrites → compares → puts back → reports.</summary>
    public RewriteResult Run()
    {
        var chosen = Choose([.. Found()]);
        if (chosen.Count == 0) return new(model, Report(null, 0));
        using var before = Session(model);
        chosen = options.Everywhere is null ? PutBack(Chained(chosen, before), before) : chosen;
        return Finish(chosen, before);
    }

    private RewriteResult Finish(IReadOnlyList<Way> chosen, TimedSession before)
    {
        if (chosen.Count == 0) return new(model, Report(null, 0));
        var rewritten = Model(chosen);
        using var after = Session(rewritten);
        var difference = OutputDifference.Of(before.Outputs(), after.Outputs());
        if (!(difference <= options.Tolerance))
            throw new OnnxModelException($"{model.Path}: written for speed, its outputs differ by {difference:G2} of their largest magnitude; "
                + $"{options.Tolerance:G2} is allowed. Write it as it is.");
        var ratio = TimedSession.Compare(before, after, 2 * options.TimingRounds, cancel);
        if (ratio.Median >= 1 && options.Everywhere is null)
        {
            foreach (var way in chosen) Leave(way.Layer.Weight, "the whole model is not faster with it");
            return new(model, Report(ratio, 0));
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
        foreach (var layer in found)
        {
            cancel.ThrowIfCancellationRequested();
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
                Reason = $"it takes {best.Ratio.Median:P0} of its time as {best.Layout}",
            };
            // A chain of layers pays for its transposes once.
            if (best.Ratio.Median < (layer.IsConvolution ? 1 : 1.2)) chosen.Add(new(best.Layer, best.Layout, best.Ratio));
        }
        return chosen;
    }

    /// <summary>All linear layers in transposed layout, where that is faster in the whole model than each in the layout best for it alone.</summary>
    private List<Way> Chained(List<Way> chosen, TimedSession before)
    {
        var chained = chosen.Select(way => !way.Layer.IsConvolution && shapes.Of(way.Layer.Input)!.Count is 2 or 3
            ? way with { Layout = LayerLayout.Transposed } : way).ToList();
        var alone = chosen.Where(way => way.Ratio!.Median < 1).ToList();
        if (!chained.Any(way => way.Layout == LayerLayout.Transposed) || alone.SequenceEqual(chained)) return alone;
        if (alone.Count == 0) return chained;
        using var first = Session(Model(alone));
        using var second = Session(Model(chained));
        return TimedSession.Compare(first, second, options.TimingRounds, cancel).Median < 1 ? chained : alone;
    }

    /// <summary>Takes back the layers without which the whole model is faster.</summary>
    private List<Way> PutBack(List<Way> chosen, TimedSession before)
    {
        var start = Stopwatch.GetTimestamp();
        foreach (var way in chosen.Where(way => way.Ratio!.Median > SurelyFaster).OrderByDescending(way => way.Ratio!.Median).ToList())
        {
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
        Layers = [.. model.Weights.Select(weight => layers[weight])],
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
