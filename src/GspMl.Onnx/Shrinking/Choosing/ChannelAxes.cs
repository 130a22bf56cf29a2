using GspMl.Onnx.Shrinking.Following;

namespace GspMl.Onnx.Shrinking.Choosing;

/// <summary>
/// Along which axes channels lie. Sets of channels that lie along the same axes keep one channel at least, so that no axis of the model
/// comes to have no position: parts of a Split, heads and their features are sets of their own. What an attribute counts is an axis, too.
/// </summary>
internal static class ChannelAxes
{
    /// <summary>For each channel a number that two channels share when they lie along the same axes. O(positions of all axes).</summary>
    public static IReadOnlyDictionary<int, ulong> Of(ChannelFlow flow)
    {
        var (axes, last, number) = (new Dictionary<int, ulong>(), new Dictionary<int, int>(), 0);
        foreach (var axis in flow.Tensors.Values.Concat(flow.Stored.Values).OfType<FollowedTensor>().SelectMany(tensor => tensor.Axes)
            .Concat(flow.Attributes.Select(use => use.Labels)))
        {
            if (axis is null) continue;
            number++;
            foreach (var channel in axis.SelectMany(flow.Labels.Channels))
            {
                if (last.GetValueOrDefault(channel) == number) continue;
                last[channel] = number;
                axes[channel] = axes.GetValueOrDefault(channel) + Mixed((ulong)number);
            }
        }
        return axes;
    }

    /// <summary>A number of which sums tell the terms (SplitMix64, Steele et al. 2014).</summary>
    private static ulong Mixed(ulong number)
    {
        number *= 0x9E3779B97F4A7C15;
        number = (number ^ (number >> 30)) * 0xBF58476D1CE4E5B9;
        number = (number ^ (number >> 27)) * 0x94D049BB133111EB;
        return number ^ (number >> 31);
    }
}
