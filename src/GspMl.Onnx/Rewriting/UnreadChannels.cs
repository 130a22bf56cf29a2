using GspMl.Onnx.Patterns;
using GspMl.Onnx.Pruning;
using GspMl.Onnx.Shrinking.Choosing;
using GspMl.Onnx.Shrinking.Cutting;
using GspMl.Onnx.Shrinking.Following;

namespace GspMl.Onnx.Rewriting;

/// <summary>
/// Channels that every layer behind reads with zeros alone: they are taken out where they are put out, which changes no output. Where the
/// layers that put them out have column sets, as many go of each block.
/// </summary>
internal sealed class UnreadChannels
{
    // Kernels of ONNX Runtime work on blocks of so many channels: fewer that are no multiple gain nothing.
    private const int ChannelStep = 16;

    private readonly OnnxModel model;
    private readonly ChannelFlow flow;

    private readonly HashSet<int> paired;

    private UnreadChannels(OnnxModel model, ChannelFlow flow)
        => (this.model, this.flow, paired) = (model, flow, [.. flow.Paired.SelectMany(axis => axis).SelectMany(flow.Labels.Channels)]);

    /// <summary>The model without them, and how many they were.</summary>
    /// <param name="model">The model.</param>
    /// <param name="shapes">The shapes of its tensors.</param>
    /// <exception cref="OnnxModelException">A weight cannot be read.</exception>
    public static (OnnxModel Model, int Count) Remove(OnnxModel model, ModelRunShapes shapes)
    {
        var flow = ChannelFlow.Of(model, shapes);
        var channels = new UnreadChannels(model, flow);
        var removed = FoundSet.Of(model, flow, [], []).Where(set => set.Reason is null).SelectMany(channels.Of).ToHashSet();
        return removed.Count == 0 ? (model, 0) : (ChannelRemoval.Apply(model, flow, removed), removed.Count);
    }

    private IEnumerable<int> Of(FoundSet set)
    {
        // Heads have no blocks of their own, and what activations are multiplied over is read though no weight reads it.
        if (set.Layers.Any(layer => layer.Outputs!.Any(flow.Labels.IsComposite)) || set.Channels.Any(paired.Contains)) return [];
        if (set.Readers.Count == 0 || set.Layers.Concat(set.Readers).Any(layer => layer.Weight is null)) return [];
        var read = set.Readers.SelectMany(Read).ToHashSet();
        var cells = set.Layers.Select(Blocks).ToList();
        var groups = set.Channels.GroupBy(channel => string.Join(' ', cells.Select(cell => cell.GetValueOrDefault(channel, -1)))).ToList();
        var least = groups.Min(group => group.Count(channel => !read.Contains(channel)));
        var kept = set.Channels.Count - (least * groups.Count);
        while (least > 0 && kept % ChannelStep != 0 && set.Channels.Count > ChannelStep) (least, kept) = (least - 1, kept + groups.Count);
        if (kept == 0) least--;
        return groups.SelectMany(group => group.Where(channel => !read.Contains(channel)).Take(least));
    }

    /// <summary>The channels that a layer reads with anything but zeros.</summary>
    private IEnumerable<int> Read(FollowedLayer layer)
        => new ChannelSlices(model, layer, new UnitCosts()).InputSquares.Zip(layer.Inputs!)
            .Where(pair => pair.First != 0).SelectMany(pair => flow.Labels.Channels(pair.Second));

    /// <summary>The block of each channel that a layer puts out.</summary>
    private Dictionary<int, int> Blocks(FollowedLayer layer)
    {
        var stored = LayerContext.Of(model, layer.Weight!);
        var shape = LayerShape.Of(layer.Weight!.View);
        var own = shape.Filters == layer.Outputs!.Length
            ? ColumnSets.Of(stored.Values, shape, ColumnLayer.LeastBlock).BlockOf() : new int[layer.Outputs.Length];
        var blocks = new Dictionary<int, int>();
        for (var i = 0; i < layer.Outputs.Length; i++) blocks[flow.Labels.Find(layer.Outputs[i])] = own[i];
        return blocks;
    }
}
