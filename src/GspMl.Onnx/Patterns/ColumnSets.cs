namespace GspMl.Onnx.Patterns;

/// <summary>
/// The input channels that each block of a layer's filters reads, as its zeros show them: as many for every block, filled up with channels
/// that it does not read where blocks differ.
/// </summary>
internal sealed class ColumnSets
{
    private ColumnSets(LayerShape shape, int block, int[][] channels) => (Shape, Block, Channels) = (shape, block, channels);

    public LayerShape Shape { get; }

    /// <summary>Filters of a block.</summary>
    public int Block { get; }

    /// <summary>The channels of each block, ascending.</summary>
    public IReadOnlyList<int[]> Channels { get; }

    public int Blocks => Channels.Count;

    /// <summary>Channels that each block reads.</summary>
    public int Kept => Channels[0].Length;

    /// <summary>
    /// The sets with the fewest channels; of those the largest blocks. Filters that no block is made of read every channel.
    /// </summary>
    /// <param name="values">Filters × inputs.</param>
    /// <param name="shape">The layer.</param>
    /// <param name="least">The fewest filters of a block, unless the layer has fewer.</param>
    public static ColumnSets Of(ReadOnlySpan<double> values, LayerShape shape, int least)
    {
        var reads = Reads(values, shape);
        var best = Union(reads, shape, shape.Filters);
        for (var block = shape.Filters / 2; block >= Math.Min(least, shape.Filters); block--)
            if (shape.Filters % block == 0 && Union(reads, shape, block) is var sets && sets.Kept < best.Kept) best = sets;
        return best;
    }

    /// <summary>The same with more channels a block.</summary>
    public ColumnSets Widened(int kept)
        => new(Shape, Block, [.. Channels.Select(channels => Filled(channels, Math.Min(kept, Shape.Channels), Shape.Channels))]);

    private static bool[,] Reads(ReadOnlySpan<double> values, LayerShape shape)
    {
        var reads = new bool[shape.Filters, shape.Channels];
        for (var i = 0; i < values.Length; i++)
            if (values[i] != 0) reads[i / shape.Inputs, i % shape.Inputs / shape.Taps] = true;
        return reads;
    }

    private static ColumnSets Union(bool[,] reads, LayerShape shape, int block)
    {
        var channels = new int[shape.Filters / block][];
        for (var b = 0; b < channels.Length; b++)
        {
            var first = b * block;
            channels[b] = [.. Enumerable.Range(0, shape.Channels)
                .Where(channel => Enumerable.Range(first, block).Any(filter => reads[filter, channel]))];
        }
        var most = Math.Max(1, channels.Max(set => set.Length));
        return new(shape, block, [.. channels.Select(set => Filled(set, most, shape.Channels))]);
    }

    private static int[] Filled(int[] channels, int count, int all)
    {
        if (channels.Length >= count) return channels;
        var missing = Enumerable.Range(0, all).Except(channels).Take(count - channels.Length);
        return [.. channels.Concat(missing).Order()];
    }
}
