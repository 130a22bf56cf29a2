using GspMl.Onnx.Models;
using GspMl.Onnx.Shrinking.Choosing;
using GspMl.Onnx.Shrinking.Following;

namespace GspMl.Onnx.Shrinking;

/// <summary>Finds what goes with the channels of a tensor, and what holds them.</summary>
internal sealed class ChannelTracing(OnnxModel model, ChannelFlow flow)
{
    private readonly IReadOnlyList<FoundSet> sets = FoundSet.Of(model, flow, [], []);

    /// <summary>The sets of channels that lie along a tensor, or along the outputs and the weights of a node.</summary>
    /// <param name="name">The name of the tensor or the node.</param>
    /// <exception cref="NothingMatchedException">No channels are followed there.</exception>
    public IReadOnlyList<ChannelTrace> Of(string name)
    {
        var channels = TensorsOf(name).SelectMany(ChannelsOf).ToHashSet();
        var traces = sets.Where(set => set.Channels.Any(channels.Contains)).Select(set => Of(set, channels)).ToList();
        return traces.Count > 0 ? traces
            : throw new NothingMatchedException($"{model.Path}: '{name}' is no tensor or node of the main graph along which channels of "
                + "layers are followed.");
    }

    private ChannelTrace Of(FoundSet set, HashSet<int> channels)
    {
        var own = set.Channels.ToHashSet();
        return new()
        {
            Channels = set.Channels.Count(channels.Contains),
            Layers = [.. set.Layers.Select(layer => layer.Name)],
            Readers = [.. set.Readers.Select(layer => layer.Name)],
            Tensors = [.. Named().Where(named => ChannelsOf(named.Tensor).Any(own.Contains)).Select(named => named.Name)],
            Reason = set.Reason ?? "",
        };
    }

    private IEnumerable<FollowedTensor> TensorsOf(string name)
    {
        var node = model.Proto.Graph.Node.FirstOrDefault(node => TensorIndex.NodeName(node) == name);
        var found = Named().Where(named => named.Name == name || (node?.Output.Contains(named.Name) ?? false))
            .Select(named => named.Tensor);
        var weights = flow.Layers.Where(layer => layer.Node == name && layer.Weight is not null).Select(layer => layer.Weight!.Location);
        return found.Concat(weights.Select(flow.Stored.GetValueOrDefault).OfType<FollowedTensor>());
    }

    private IEnumerable<(string Name, FollowedTensor Tensor)> Named()
        => flow.Stored.Select(stored => (stored.Key.Name, stored.Value))
            .Concat(flow.Tensors.Where(tensor => tensor.Value is not null && !flow.IsConstant(tensor.Key))
                .Select(tensor => (tensor.Key, tensor.Value!)));

    private IEnumerable<int> ChannelsOf(FollowedTensor tensor)
        => tensor.Axes.OfType<int[]>().SelectMany(axis => axis).SelectMany(flow.Labels.Channels);
}
