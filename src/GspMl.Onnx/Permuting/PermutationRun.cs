using GspMl.Onnx.Rewriting;
using GspMl.Onnx.Shrinking.Choosing;
using GspMl.Onnx.Shrinking.Following;
using GspMl.Onnx.Timing;
using GspMl.Threading;

namespace GspMl.Onnx.Permuting;

/// <summary>One run of <see cref="ChannelPermuter"/>.</summary>
internal sealed class PermutationRun(OnnxModel model, PermutationOptions options, CancellationToken cancel)
{
    /// <summary>Follows → orders each set → reorders the tensors → compares.</summary>
    public PermutationResult Run()
    {
        if (!model.Content.MayHaveLayers) return new(model, Report([], 0));
        var flow = ChannelFlow.Of(model, ModelRunShapes.Of(model, options.Inputs));
        var sets = MovableSets.Of(model, flow).ToList();
        var orders = new PermutedChannels?[sets.Count];
        Threads.For(sets.Count, options.MaxThreads, i => orders[i] = Order(flow, sets[i]));
        var permuted = orders.OfType<PermutedChannels>().ToList();
        if (permuted.Count == 0) return new(model, Report([], 0));
        var reordered = TensorReordering.Apply(model, flow, new Dictionary<int, int>(permuted.SelectMany(set => set.Moves)));
        return new(reordered, Report([.. permuted.Select(set => set.Report)], Difference(reordered)));
    }

    private PermutedChannels? Order(ChannelFlow flow, FoundSet set)
    {
        var worth = ReaderColumns.Of(model, flow, set, options.Pattern);
        if (worth.Readers.Count == 0) return null;
        var (kept, of) = options.Pattern.Cell!.Value;
        var search = new CellSwaps(worth.Columns, kept, of, cancel);
        var before = search.Kept;
        search.Run();
        return search.Kept <= before ? null : new(set, search.Order, new()
        {
            Layers = [.. set.Layers.Select(layer => layer.Name)],
            Readers = worth.Readers,
            Order = search.Order,
            KeptBefore = before / worth.Total,
            KeptAfter = search.Kept / worth.Total,
        });
    }

    private double Difference(OnnxModel reordered)
    {
        using var inputs = TypicalInputs.Of(model, options.Inputs, rows: 1);
        // On one thread ONNX Runtime adds up in one order.
        using var before = new TimedSession(model, inputs.Values, maxThreads: 1);
        using var after = new TimedSession(reordered, inputs.Values, maxThreads: 1);
        var difference = OutputDifference.Of(before.Outputs(), after.Outputs());
        var tolerance = OutputTolerance.Of(model, options.Tolerance);
        return difference <= tolerance ? difference
            : throw new OnnxModelException($"{model.Path}: with its channels in another order its outputs differ by {difference:G2} of "
                + $"their largest magnitude; {tolerance:G2} is allowed. Leave the order as it is.");
    }

    private PermutationReport Report(IReadOnlyList<PermutedSet> sets, double difference)
        => new() { Options = options, Sets = sets, LargestDifference = difference };

    /// <summary>A set with its new order.</summary>
    private sealed record PermutedChannels(FoundSet Set, int[] Order, PermutedSet Report)
    {
        /// <summary>From each channel to the one whose content takes its place.</summary>
        public IEnumerable<KeyValuePair<int, int>> Moves
            => Order.Select((from, to) => KeyValuePair.Create(Set.Channels[to], Set.Channels[from]));
    }
}
