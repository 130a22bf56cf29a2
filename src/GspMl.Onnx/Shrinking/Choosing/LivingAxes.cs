using GspMl.Onnx.Shrinking.Following;

namespace GspMl.Onnx.Shrinking.Choosing;

/// <summary>
/// Axes whose positions go with any of several channels. Although every set keeps a channel, such an axis could come to have no position:
/// of a part of a shuffled axis maybe every one goes with its group or with its place in all groups.
/// </summary>
/// <param name="axes">For each axis the channels of each position.</param>
internal sealed class LivingAxes(IReadOnlyList<IReadOnlyList<int>[]> axes)
{
    /// <summary>The axes of a model. O(positions of all axes).</summary>
    public static LivingAxes Of(ChannelFlow flow)
        => new([.. flow.Tensors.Values.Concat(flow.Stored.Values).OfType<FollowedTensor>()
            .SelectMany(tensor => tensor.Axes).OfType<int[]>().Distinct().Where(axis => axis.Any(flow.Labels.IsComposite))
            .Select(axis => axis.Select(flow.Labels.Channels).ToArray())]);

    /// <summary>The channels that may go: of an axis that would lose all positions, one stays that would lose fewest channels.</summary>
    public HashSet<int> Spare(HashSet<int> removed)
    {
        foreach (var axis in axes)
        {
            if (!axis.All(channels => channels.Any(removed.Contains))) continue;
            removed.ExceptWith(axis.MinBy(channels => channels.Count(removed.Contains))!);
        }
        return removed;
    }
}
