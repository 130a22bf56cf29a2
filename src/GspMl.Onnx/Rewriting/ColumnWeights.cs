using GspMl.Onnx.Patterns;

namespace GspMl.Onnx.Rewriting;

/// <summary>The weights of a layer without the channels that its blocks do not read.</summary>
internal static class ColumnWeights
{
    /// <summary>The channels of all blocks, one after the other.</summary>
    public static long[] Indices(ColumnSets sets) => [.. sets.Channels.SelectMany(channels => channels).Select(channel => (long)channel)];

    /// <summary>Filters × kept channels × kernel positions.</summary>
    public static float[] Grouped(ColumnLayer layer)
    {
        var (sets, shape) = (layer.Sets, layer.Sets.Shape);
        var packed = new float[shape.Filters * sets.Kept * shape.Taps];
        var at = 0;
        for (var filter = 0; filter < shape.Filters; filter++)
            foreach (var channel in sets.Channels[filter / sets.Block])
                for (var tap = 0; tap < shape.Taps; tap++)
                    packed[at++] = (float)layer.Values[(filter * shape.Inputs) + (channel * shape.Taps) + tap];
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
                for (var filter = block * sets.Block; filter < (block + 1) * sets.Block; filter++)
                    stacked[at++] = (float)layer.Values[(filter * shape.Inputs) + channel];
        return stacked;
    }
}
