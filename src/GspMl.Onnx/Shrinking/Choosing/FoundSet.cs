using System.Text.RegularExpressions;
using GspMl.Onnx.Pruning;
using GspMl.Onnx.Shrinking.Following;

namespace GspMl.Onnx.Shrinking.Choosing;

/// <summary>Channels that the same layers put out: any of them can go without the others.</summary>
/// <param name="Channels">One label for each channel.</param>
/// <param name="Layers">Whose output channels they are.</param>
/// <param name="Readers">Whose input channels they are.</param>
/// <param name="Reason">Why they stay; null where they can go.</param>
internal sealed record FoundSet(IReadOnlyList<int> Channels, IReadOnlyList<FollowedLayer> Layers, IReadOnlyList<FollowedLayer> Readers,
    string? Reason)
{
    /// <summary>The sets of a model, in the order of their first layers.</summary>
    /// <exception cref="NothingMatchedException">A pattern matches no weight.</exception>
    public static IReadOnlyList<FoundSet> Of(OnnxModel model, ChannelFlow flow, IReadOnlyList<string> include,
        IReadOnlyList<string> exclude)
    {
        FixExcluded(flow, LayerSelection.Globs(model, include, "include"), LayerSelection.Globs(model, exclude, "exclude"));
        var producers = Users(flow, layer => layer.Outputs);
        var readers = Users(flow, layer => layer.Inputs);
        return [.. producers.GroupBy(channel => (Layers: string.Join(' ', channel.Value), Reason: flow.Labels.Reason(channel.Key)))
            .Select(set =>
        {
            List<int> channels = [.. set.Select(channel => channel.Key)];
            var layers = set.First().Value;
            var reading = channels.SelectMany(channel => readers.GetValueOrDefault(channel) ?? []).Distinct().Order();
            return new FoundSet(channels, [.. layers.Select(i => flow.Layers[i])], [.. reading.Select(i => flow.Layers[i])],
                set.Key.Reason ?? (channels.Count == 1 ? "a set keeps one channel" : null));
        })];
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
            .SelectMany(layer => layer.Outputs ?? []).Select(flow.Labels.Find).ToHashSet();
        foreach (var layer in flow.Layers)
            flow.Labels.Fix(layer.Outputs?.Where(label => !asked.Contains(flow.Labels.Find(label)))
                .ToArray(), "no include pattern matches it");
    }

    /// <summary>For each channel the layers that have it among their labels; channels in the order in which they first occur.</summary>
    private static Dictionary<int, SortedSet<int>> Users(ChannelFlow flow, Func<FollowedLayer, int[]?> labels)
    {
        var users = new Dictionary<int, SortedSet<int>>();
        for (var i = 0; i < flow.Layers.Count; i++)
            foreach (var label in labels(flow.Layers[i]) ?? [])
            {
                var channel = flow.Labels.Find(label);
                if (!users.TryGetValue(channel, out var set)) users.Add(channel, set = []);
                set.Add(i);
            }
        return users;
    }
}
