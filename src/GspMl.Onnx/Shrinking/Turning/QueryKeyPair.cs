using GspMl.Onnx.Calibration;
using GspMl.Onnx.Operators;
using GspMl.Onnx.Proto;
using GspMl.Onnx.Shrinking.Following;

namespace GspMl.Onnx.Shrinking.Turning;

/// <summary>Two layers whose outputs, feature by feature, are multiplied with each other and read by nothing else.</summary>
/// <param name="Queries">The one.</param>
/// <param name="Keys">The other.</param>
/// <param name="Heads">For each head the filters of either that are its features, in the same order.</param>
internal sealed record QueryKeyPair(LinearLayer Queries, LinearLayer Keys, IReadOnlyList<(int[] Queries, int[] Keys)> Heads)
{
    // A layer of a model that was pruned before would lose its zeros.
    private const double MostZeros = 0.01;

    /// <summary>The pairs of a model in the order of their products.</summary>
    public static IEnumerable<QueryKeyPair> Of(WorkingModel model, ChannelFlow flow)
    {
        var ways = new Dictionary<NodeProto, List<(LinearLayer, FollowedLayer)>>(ReferenceEqualityComparer.Instance);
        foreach (var layer in flow.Layers.Where(layer => layer is { Weight: not null, Outputs: not null }))
        {
            if (LinearLayer.Of(model, layer.Weight!).Layer is not { IsConvolution: false, Offset: null } linear
                || linear.Filters != layer.Outputs!.Length || Product(model, flow, linear) is not { } product) continue;
            if (!ways.TryGetValue(product, out var found)) ways.Add(product, found = []);
            found.Add((linear, layer));
        }
        return model.Nodes.Where(ways.ContainsKey).Select(product => Of(product, ways[product], flow)).OfType<QueryKeyPair>();
    }

    private static QueryKeyPair? Of(NodeProto product, List<(LinearLayer Linear, FollowedLayer Layer)> ways, ChannelFlow flow)
    {
        if (ways is not [var first, var second] || HasZeros(first.Linear) || HasZeros(second.Linear)) return null;
        if (flow.Tensor(product.Input[0])?.Axes[^1] is not { } axis) return null;
        int[] places = [.. axis.Select(flow.Labels.Find)];
        if (places.Any(flow.Labels.IsComposite) || places.Any(place => flow.Labels.Reason(place) is not null)) return null;
        var (queries, keys) = (HeadsOf(first.Layer, places, flow), HeadsOf(second.Layer, places, flow));
        return queries is null || keys is null || !queries.Keys.ToHashSet().SetEquals(keys.Keys) ? null
            : new(first.Linear, second.Linear, [.. queries.Select(head => (head.Value, keys[head.Key]))]);
    }

    private static bool HasZeros(LinearLayer layer)
        => layer.ReadWeights() is var weights && weights.Count(weight => weight == 0) > MostZeros * weights.Length;

    /// <summary>For each head the filter of every place; null where some filter has no place, or a place no filter.</summary>
    private static Dictionary<string, int[]>? HeadsOf(FollowedLayer layer, int[] places, ChannelFlow flow)
    {
        var heads = new Dictionary<string, int[]>();
        for (var r = 0; r < layer.Outputs!.Length; r++)
        {
            var channels = flow.Labels.Channels(layer.Outputs[r]);
            var place = Array.FindIndex(places, channels.Contains);
            if (place < 0) return null;
            var key = string.Join(' ', channels.Where(channel => channel != places[place]).Order());
            if (!heads.TryGetValue(key, out var filters)) heads.Add(key, filters = [.. places.Select(_ => -1)]);
            if (filters[place] >= 0) return null;
            filters[place] = r;
        }
        return heads.Values.Any(filters => filters.Contains(-1)) ? null : heads;
    }

    /// <summary>
    /// The product of two activations to which the layer's outputs go as they are, but for its bias and one number for all.
    /// </summary>
    private static NodeProto? Product(WorkingModel model, ChannelFlow flow, LinearLayer layer)
    {
        for (var tensor = layer.Output; ;)
        {
            if (model.Outputs.Contains(tensor) || model.Readers(tensor).ToList() is not [var reader]) return null;
            var node = model.Nodes[reader];
            if (flow.OperatorOf(node) is { Channels: ChannelFlowKind.MatrixProduct, FusedFormOf: null })
                return node.Input.Any(model.IsConstant) ? null : node;
            if (!IsPassedBy(node, tensor, flow, layer)) return null;
            tensor = node.Output[0];
        }
    }

    private static bool IsPassedBy(NodeProto node, string tensor, ChannelFlow flow, LinearLayer layer) => flow.OperatorOf(node) switch
    {
        { Elementwise: ElementwiseKind.Sum } => layer.Bias is { Kind: LayerBiasKind.Added } bias && node.Input.Contains(bias.Name),
        { Scales: true } => node.Input[0] == tensor && IsNumber(node.Input[1], flow),
        { Channels: ChannelFlowKind.Reshaping or ChannelFlowKind.Transposition } => node.Input[0] == tensor,
        _ => false,
    };

    private static bool IsNumber(string tensor, ChannelFlow flow) => flow.ShapeOf(tensor) is { } shape && shape.All(extent => extent == 1);
}
