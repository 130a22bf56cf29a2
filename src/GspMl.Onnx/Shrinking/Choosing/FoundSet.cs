using System.Text.RegularExpressions;
using GspMl.Onnx.Pruning;
using GspMl.Onnx.Shrinking.Following;

namespace GspMl.Onnx.Shrinking.Choosing;

/// <summary>Channels that the same layers put out along the same axes: any of them can go without the others.</summary>
/// <param name="Channels">One label for each channel.</param>
/// <param name="Layers">Whose output channels they are.</param>
/// <param name="Readers">Whose input channels they are.</param>
/// <param name="Reason">Why they stay; null where they can go.</param>
internal sealed record FoundSet(IReadOnlyList<int> Channels, IReadOnlyList<FollowedLayer> Layers, IReadOnlyList<FollowedLayer> Readers,
    string? Reason)
{
    /// <summary>How many outputs of the first layer go with one channel: as many as a head has features.</summary>
    public int Width { get; init; } = 1;

    /// <summary>With how many kinds of channels that can go the outputs go, this one among them: heads, and places in heads.</summary>
    public int Kinds { get; init; } = 1;

    /// <summary>The sets of a model, in the order of their first layers.</summary>
    /// <exception cref="NothingMatchedException">A pattern matches no weight.</exception>
    public static IReadOnlyList<FoundSet> Of(OnnxModel model, ChannelFlow flow, IReadOnlyList<string> include,
        IReadOnlyList<string> exclude)
    {
        FixExcluded(flow, LayerSelection.Globs(model, include, "include"), LayerSelection.Globs(model, exclude, "exclude"));
        var (producers, readers) = (Users(flow, layer => layer.Outputs), Users(flow, layer => layer.Inputs));
        var axes = ChannelAxes.Of(flow);
        return [.. producers.GroupBy(channel
            => (Layers: string.Join(' ', channel.Value), Axes: axes[channel.Key], Reason: flow.Labels.Reason(channel.Key))).Select(set =>
        {
            List<int> channels = [.. set.Select(channel => channel.Key)];
            var layers = set.First().Value.Select(i => flow.Layers[i]).ToList();
            var reading = channels.SelectMany(channel => readers.GetValueOrDefault(channel) ?? []).Distinct().Order();
            return new FoundSet(channels, layers, [.. reading.Select(i => flow.Layers[i])],
                set.Key.Reason ?? (channels.Count == 1 ? "a set keeps one channel" : null)).Measured(flow);
        })];
    }

    private FoundSet Measured(ChannelFlow flow)
    {
        if (!Layers[0].Outputs!.Any(flow.Labels.IsComposite)) return this;
        var own = Layers[0].Outputs!.Select(flow.Labels.Channels).Where(found => found.Contains(Channels[0])).ToList();
        return this with { Width = own.Count, Kinds = own.Max(found => found.Count(channel => flow.Labels.Reason(channel) is null)) };
    }

    private static void FixExcluded(ChannelFlow flow, List<Regex> include, List<Regex> exclude)
    {
        foreach (var layer in flow.Layers)
        {
            if (layer.Weight is null) flow.Labels.Fix(layer.Outputs, $"the weight of '{layer.Node}' is none that can be read");
            else if (exclude.Exists(glob => LayerSelection.Matches(glob, layer.Weight)))
                flow.Labels.Fix(layer.Outputs, $"an exclude pattern matches {layer.Name}");
        }
        if (include.Count == 0) return;
        var asked = flow.Layers.Where(layer => layer.Weight is { } weight && include.Exists(glob => LayerSelection.Matches(glob, weight)))
            .SelectMany(layer => layer.Outputs ?? []).SelectMany(flow.Labels.Channels).ToHashSet();
        foreach (var layer in flow.Layers)
            flow.Labels.Fix(layer.Outputs?.SelectMany(flow.Labels.Channels).Where(channel => !asked.Contains(channel)).ToList(),
                "no include pattern matches it");
    }

    /// <summary>For each channel the layers that have it among their labels; channels in the order in which they first occur.</summary>
    private static Dictionary<int, List<int>> Users(ChannelFlow flow, Func<FollowedLayer, int[]?> labels)
    {
        var users = new Dictionary<int, List<int>>();
        for (var i = 0; i < flow.Layers.Count; i++)
            foreach (var channel in (labels(flow.Layers[i]) ?? []).SelectMany(flow.Labels.Channels))
            {
                if (!users.TryGetValue(channel, out var list)) users.Add(channel, list = []);
                if (list.Count == 0 || list[^1] != i) list.Add(i);
            }
        return users;
    }
}
