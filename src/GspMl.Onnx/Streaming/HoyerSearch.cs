using System.Numerics;
using System.Numerics.Tensors;
using GspMl.Projection;

namespace GspMl.Onnx.Streaming;

/// <summary>
/// Finds the multiplier at which the average Hoyer sparsity of several layers, each one vector, reaches a target: in the
/// samples first, then by Newton's method with a pass over the layers for each step, of which two or three are left.
/// </summary>
internal sealed class HoyerSearch<T>(ModelPass<T> pass, IReadOnlyList<StreamedLayer> layers)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const double JumpWidth = 1e-6;

    private IReadOnlyList<MagnitudeSums> kept = [];

    /// <summary>Finds it. Where largest entries tie, the sparsity may jump over the target; the sparser side is then taken.</summary>
    public StreamedDecision Find(double target)
    {
        if (Average([.. layers.Select(layer => layer.Sums)], 0, _ => 1).Value >= target - GspProjector<T>.DefaultTolerance)
            return StreamedDecision.Unchanged(layers);
        var largest = layers.Max(layer => layer.Sample.Max() / layer.Unit);
        // A sample may hold zeros alone; no entry is larger than the layer's norm.
        if (largest == 0) largest = layers.Max(layer => Math.Sqrt(layer.Sums.Squares) / layer.Unit);
        var guess = Search(largest / 16, target, InSamples);
        var root = Search(guess.Ending == ProjectionEnding.Unreachable ? largest : guess.Multiplier, target, InLayers);
        // The sums cancel where all largest entries tie, so that the jump is seen a little before it: a step past it is on its far side for
        // sure.
        var at = root.Ending == ProjectionEnding.Met ? root.Multiplier : root.Multiplier * (1 + JumpWidth);
        InLayers(at);
        LayerCut[] cuts = [.. layers.Select(layer => LayerCut.At(at * layer.Unit))];
        if (layers.Zip(kept).Any(pair => IsEmptied(pair.First, pair.Second))) KeepOneEntry(cuts);
        return new(at, root.Ending!.Value, cuts, kept);
    }

    private static MultiplierSearch Search(double start, double target, Func<double, (double Value, double Slope)> sparsity)
    {
        var search = new MultiplierSearch(start, GspProjector<T>.DefaultTolerance, StreamedDecision.Resolution);
        search.Run(multiplier => sparsity(multiplier) is var (value, slope) ? (value - target, slope) : default);
        return search;
    }

    private static bool IsEmptied(StreamedLayer layer, MagnitudeSums kept) => kept.Count == 0 && layer.Sums.Count > 0;

    /// <summary>A layer that is thresholded over its largest entry keeps that one.</summary>
    private void KeepOneEntry(LayerCut[] cuts)
    {
        var largest = pass.Over<double>(_ => (values, _, _) => double.CreateTruncating(T.Abs(TensorPrimitives.MaxMagnitude(values))))
            .Select(parts => parts.Max()).ToArray();
        var tied = pass.Over<long>(i => (values, _, _) => new MagnitudeBand(Math.BitDecrement(largest[i]), largest[i]).Scan(values).Inside)
            .Select(parts => parts.Sum()).ToArray();
        kept = [.. kept.Select((sums, i) => IsEmptied(layers[i], sums) ? sums.With(largest[i]) : sums)];
        for (var i = 0; i < cuts.Length; i++)
            if (cuts[i].High >= largest[i] && largest[i] > 0)
                cuts[i] = cuts[i] with { Low = Math.BitDecrement(largest[i]), Ties = tied[i] - 1 };
    }

    private (double Value, double Slope) InSamples(double multiplier)
        => Average([.. layers.Select(layer => MagnitudeBand.At(multiplier * layer.Unit).Scan<double>(layer.Sample).Above)], multiplier,
            layer => layer.Share);

    private (double Value, double Slope) InLayers(double multiplier)
    {
        kept = [.. pass.Over<MagnitudeSums>(i => (values, _, _) => MagnitudeBand.At(multiplier * layers[i].Unit).Scan(values).Above)
            .Select(MagnitudeSums.Total)];
        return Average(kept, multiplier, _ => 1);
    }

    /// <summary>The average over the layers for which a sparsity is defined.</summary>
    private (double Value, double Slope) Average(IReadOnlyList<MagnitudeSums> sums, double multiplier, Func<StreamedLayer, double> share)
    {
        var each = layers.Zip(sums).Where(pair => pair.First.Count > 1)
            .Select(pair => (Found: pair.Second.Hoyer(pair.First.Count, multiplier * pair.First.Unit, share(pair.First)), pair.First.Unit))
                .ToList();
        return each.Count == 0 ? (1, 0)
            : (each.Average(layer => layer.Found.Sparsity), each.Average(layer => layer.Found.Derivative * layer.Unit));
    }
}
