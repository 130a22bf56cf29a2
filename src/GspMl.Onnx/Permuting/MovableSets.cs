using GspMl.Onnx.Shrinking.Choosing;
using GspMl.Onnx.Shrinking.Following;

namespace GspMl.Onnx.Permuting;

/// <summary>
/// The sets whose channels can change places: those that could be taken out, stand for themselves alone (no heads, groups or places within
/// them), occur equally often along each axis, and are at no place that a stored tensor names.
/// </summary>
internal static class MovableSets
{
    public static IEnumerable<FoundSet> Of(OnnxModel model, ChannelFlow flow)
    {
        var (bound, counts) = (Bound(flow), Occurrences(flow));
        return FoundSet.Of(model, flow, [], []).Where(set => set.Reason is null && !set.Channels.Any(bound.Contains)
            && set.Channels.Select(counts.GetValueOrDefault).Distinct().Count() == 1);
    }

    /// <summary>Channels of positions that go with several channels, and of axes whose positions are stored.</summary>
    private static HashSet<int> Bound(ChannelFlow flow)
    {
        var composite = Axes(flow).SelectMany(axis => axis).Where(flow.Labels.IsComposite);
        return [.. composite.Concat(flow.Indices.SelectMany(use => use.Labels)).SelectMany(flow.Labels.Channels)];
    }

    /// <summary>A number that two channels share when they occur equally often along the same axes.</summary>
    private static Dictionary<int, ulong> Occurrences(ChannelFlow flow)
    {
        var (counts, number) = (new Dictionary<int, ulong>(), 0ul);
        foreach (var axis in Axes(flow))
        {
            number++;
            foreach (var (channel, count) in axis.Select(flow.Labels.Find).CountBy(channel => channel))
                counts[channel] = (counts.GetValueOrDefault(channel) * 0x9E3779B97F4A7C15) + (number << 32) + (ulong)count;
        }
        return counts;
    }

    private static IEnumerable<int[]> Axes(ChannelFlow flow)
        => flow.Tensors.Values.Concat(flow.Stored.Values).OfType<FollowedTensor>().SelectMany(tensor => tensor.Axes).OfType<int[]>();
}
