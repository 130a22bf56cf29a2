using GspMl.Onnx.Patterns;

namespace GspMl.Onnx.Rewriting;

/// <summary>The weights of a layer without the channels that its blocks do not read.</summary>
internal static class ColumnWeights
{
    /// <summary>The channels of all blocks, one after the other.</summary>
    public static long[] Indices(ColumnSets sets) => [.. sets.Channels.SelectMany(channels => channels).Select(channel => (long)channel)];

    /// <summary>Where the outputs of the filters stand, in the layer's own order.</summary>
    public static long[] Places(ColumnSets sets) => [.. sets.Places().Select(place => (long)place)];

    /// <summary>The biases in the order of the blocks; null where the layer has none.</summary>
    public static float[]? Bias(ColumnLayer layer)
        => layer.Bias is { } bias ? [.. layer.Sets.Filters.Select(filter => bias[filter])] : null;

    /// <summary>Filters in the order of their blocks × kept channels × kernel positions.</summary>
    public static float[] Grouped(ColumnLayer layer)
    {
        var (sets, shape) = (layer.Sets, layer.Sets.Shape);
        var packed = new float[shape.Filters * sets.Kept * shape.Taps];
        var at = 0;
        for (var place = 0; place < shape.Filters; place++)
            foreach (var channel in sets.Channels[place / sets.Block])
                for (var tap = 0; tap < shape.Taps; tap++)
                    packed[at++] = (float)layer.Values[(sets.Filters[place] * shape.Inputs) + (channel * shape.Taps) + tap];
        return packed;
    }

    /// <summary>Blocks × kept channels × filters of a block.</summary>
    public static float[] Stacked(ColumnLayer layer)
    {
        var (sets, shape) = (layer.Sets, layer.Sets.Shape);
        var stacked = new float[shape.Filters * sets.Kept];
        var at = 0;
        for (var block = 0; block < sets.Blocks; block++)
            foreach (var channel in sets.Channels[block])
                for (var place = block * sets.Block; place < (block + 1) * sets.Block; place++)
                    stacked[at++] = (float)layer.Values[(sets.Filters[place] * shape.Inputs) + channel];
        return stacked;
    }
}
