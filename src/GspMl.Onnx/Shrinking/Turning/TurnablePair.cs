using GspMl.Onnx.Calibration;
using GspMl.Onnx.Operators;
using GspMl.Onnx.Shrinking.Following;

namespace GspMl.Onnx.Shrinking.Turning;

/// <summary>Two layers whose features are multiplied with each other, head by head, and read by nothing else.</summary>
/// <param name="First">The layer that puts them out: queries, or values.</param>
/// <param name="Second">The layer that puts out the others, keys, or that reads what is made of values.</param>
/// <param name="Heads">For each head its features among the outputs of the first, and among the outputs or inputs of the second.</param>
internal sealed record TurnablePair(LinearLayer First, LinearLayer Second, IReadOnlyList<(int[] First, int[] Second)> Heads)
{
    public IReadOnlyList<int[]> OfFirst => [.. Heads.Select(head => head.First)];

    public IReadOnlyList<int[]> OfSecond => [.. Heads.Select(head => head.Second)];
}

/// <summary>Finds layers whose features can be turned.</summary>
internal sealed class TurnablePairs
{
    // A layer of a model that was pruned before would lose its zeros.
    private const double MostZeros = 0.01;

    private readonly WorkingModel model;
    private readonly ChannelFlow flow;
    private readonly FeaturePath path;
    private readonly List<(LinearLayer Linear, FollowedLayer Layer)> layers;

    public TurnablePairs(WorkingModel model, ChannelFlow flow)
    {
        (this.model, this.flow, path) = (model, flow, new(model, flow));
        layers = [.. flow.Layers.Where(layer => layer is { Weight: not null, Outputs: not null })
            .Select(layer => (Linear: LinearLayer.Of(model, layer.Weight!).Layer!, layer))
            .Where(pair => pair.Linear is { IsConvolution: false, Offset: null } && !HasZeros(pair.Linear))];
    }

    private static bool HasZeros(LinearLayer layer)
        => layer.ReadWeights() is var weights && weights.Count(weight => weight == 0) > MostZeros * weights.Length;

    /// <summary>Queries and keys, in the order of their products.</summary>
    public IReadOnlyList<TurnablePair> QueriesAndKeys()
    {
        var ends = layers.Select(pair => (pair.Linear, pair.Layer, End: path.Product(pair.Linear, pair.Linear.Output)))
            .Where(way => way.End is { } end && !end.Product.Input.Any(model.IsConstant))
            .ToLookup(way => way.End!.Value.Product, ReferenceEqualityComparer.Instance);
        return [.. model.Nodes.Where(ends.Contains).Select(product => ends[product].ToList() is [var first, var second]
            ? Pair((first.Linear, first.Layer.Outputs!), (second.Linear, second.Layer.Outputs!), flow.Tensor(product.Input[0])?.Axes[^1])
            : null).OfType<TurnablePair>()];
    }

    /// <summary>Values, and what reads them once attention has mixed their positions; in the order of the readers.</summary>
    public IReadOnlyList<TurnablePair> ValuesAndReaders() => [.. layers.Select(pair => Reader(pair.Linear, pair.Layer))
        .OfType<TurnablePair>().OrderBy(pair => model.Producer(pair.Second.Output))];

    private TurnablePair? Reader(LinearLayer values, FollowedLayer layer)
    {
        if (path.Product(values, values.Output) is not var (mixing, operand) || mixing.Input.Any(model.IsConstant)
            || mixing.Input[1] != operand || flow.OperatorOf(mixing) is not { Channels: ChannelFlowKind.MatrixProduct }) return null;
        var places = flow.Tensor(operand)?.Axes[^1];
        if (path.Product(values, mixing.Output[0]) is not var (product, read) || product.Input[0] != read) return null;
        var reader = layers.Find(other => ReferenceEquals(other.Linear.Node, product));
        return reader.Layer?.Inputs is { } inputs && inputs.Length == reader.Linear.Inputs
            ? Pair((values, layer.Outputs!), (reader.Linear, inputs), places) : null;
    }

    private TurnablePair? Pair((LinearLayer Layer, int[] Labels) first, (LinearLayer Layer, int[] Labels) second, int[]? axis)
    {
        if (axis is null) return null;
        int[] places = [.. axis.Select(flow.Labels.Find)];
        if (places.Any(flow.Labels.IsComposite) || places.Any(place => flow.Labels.Reason(place) is not null)) return null;
        var (own, others) = (HeadsOf(first.Labels, places), HeadsOf(second.Labels, places));
        return own is null || others is null || !own.Keys.ToHashSet().SetEquals(others.Keys) ? null
            : new(first.Layer, second.Layer, [.. own.Select(head => (head.Value, others[head.Key]))]);
    }

    /// <summary>For each head the position of every place; null where one has no place, or a place none.</summary>
    private Dictionary<string, int[]>? HeadsOf(int[] labels, int[] places)
    {
        var heads = new Dictionary<string, int[]>();
        for (var i = 0; i < labels.Length; i++)
        {
            var channels = flow.Labels.Channels(labels[i]);
            var place = Array.FindIndex(places, channels.Contains);
            if (place < 0) return null;
            var key = string.Join(' ', channels.Where(channel => channel != places[place]).Order());
            if (!heads.TryGetValue(key, out var found)) heads.Add(key, found = [.. places.Select(_ => -1)]);
            if (found[place] >= 0) return null;
            found[place] = i;
        }
        return heads.Values.Any(found => found.Contains(-1)) ? null : heads;
    }
}
