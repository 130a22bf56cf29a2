using System.Numerics;
using GspMl.Onnx;
using GspMl.Onnx.Pruning;
using GspMl.Onnx.Shrinking;
using GspMl.Onnx.Shrinking.Choosing;
using GspMl.Onnx.Shrinking.Following;

namespace GspMl.Benchmarks.Pruning;

/// <summary>A way to take channels out of a model.</summary>
/// <param name="Name">What the tables call it.</param>
/// <param name="Prune">From model, fraction of multiply-accumulates and calibration inputs to the smaller model.</param>
internal sealed record ChannelMethod(string Name, Func<OnnxModel, double, EvaluationData, ShrinkResult> Prune)
{
    private const int Multiple = 8;

    /// <summary>The methods that the tables compare.</summary>
    public static IReadOnlyList<ChannelMethod> All { get; } =
    [
        new("uniform L1, no data", (model, macs, _) => Uniform(model, new() { Target = ShrinkTarget.Macs(macs) })),
        new("GSP, no data", (model, macs, _) => ModelShrinker.Shrink(model, new() { Target = ShrinkTarget.Macs(macs) })),
        new("uniform L1, refitted", (model, macs, data)
            => Uniform(model, new() { Target = ShrinkTarget.Macs(macs), Values = WeightValues.Reconstructed, Calibration = data })),
        new("GSP, calibrated", (model, macs, data) => ModelShrinker.Shrink(model, ShrinkOptions.Accurate(ShrinkTarget.Macs(macs), data))),
    ];

    /// <summary>
    /// The usual baseline: every set loses the same fraction of its channels, those of least L1 norm (Li et al., ICLR 2017).
    /// </summary>
    private static ShrinkResult Uniform(OnnxModel model, ShrinkOptions options)
    {
        var shapes = ModelRunShapes.Of(model, options.Calibration);
        var flow = ChannelFlow.Of(model, shapes);
        return new ShrinkRun(model, flow, shapes, options, null, default).Run((sets, cost) =>
        {
            var orders = sets.Select(set => (set, Order(model, flow, set))).ToList();
            var (low, high, most) = (0.0, 1.0, (1 - options.Target.Value) * cost.Macs(new HashSet<int>()));
            for (var i = 0; i < 30; i++)
            {
                var middle = (low + high) / 2;
                if (cost.Macs(Removed(orders, middle)) <= most) high = middle;
                else low = middle;
            }
            return new(Removed(orders, high), null, null);
        });
    }

    private static HashSet<int> Removed(List<(FoundSet Set, int[] Order)> orders, double fraction)
        => [.. orders.SelectMany(set
            => set.Order.Take(set.Order.Length - Kept(set.Set, fraction)))];

    /// <summary>Rounded up to a multiple of 8 outputs as GspMl's own choice is; heads and their features share the loss.</summary>
    private static int Kept(FoundSet set, double gone)
    {
        var (count, step) = (set.Channels.Count, Multiple / (int)BigInteger.GreatestCommonDivisor(Multiple, set.Width));
        return Math.Min(count, (Math.Max(1, (int)Math.Ceiling(Math.Pow(1 - gone, 1.0 / set.Kinds) * count)) + step - 1) / step * step);
    }

    /// <summary>Channels by the sum of the L1 norms of the filters that put them out, the least first.</summary>
    private static int[] Order(OnnxModel model, ChannelFlow flow, FoundSet set)
    {
        var norms = new Dictionary<int, double>();
        foreach (var layer in set.Layers)
        {
            var sums = new ChannelSlices(model, layer, new UnitCosts()).OutputSums;
            for (var c = 0; c < sums.Count; c++)
                foreach (var channel in flow.Labels.Channels(layer.Outputs![c]))
                    norms[channel] = norms.GetValueOrDefault(channel) + sums[c];
        }
        return [.. set.Channels.OrderBy(channel => norms[channel])];
    }
}
