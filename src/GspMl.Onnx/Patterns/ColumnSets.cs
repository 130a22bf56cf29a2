namespace GspMl.Onnx.Patterns;

/// <summary>
/// The input channels that each block of a layer's filters reads, as its zeros show them: as many for every block, filled up with channels
/// that it does not read where blocks differ.
/// </summary>
internal sealed class ColumnSets
{
    private ColumnSets(LayerShape shape, int[] filters, int block, int[][] channels)
        => (Shape, Filters, Block, Channels) = (shape, filters, block, channels);

    public LayerShape Shape { get; }

    /// <summary>The filters in the order of their blocks.</summary>
    public IReadOnlyList<int> Filters { get; }

    /// <summary>Whether that is another order than the layer's own.</summary>
    public bool ArePermuted => Filters.Where((filter, at) => filter != at).Any();

    /// <summary>Filters of a block.</summary>
    public int Block { get; }

    /// <summary>The channels of each block, ascending.</summary>
    public IReadOnlyList<int[]> Channels { get; }

    public int Blocks => Channels.Count;

    /// <summary>Channels that each block reads.</summary>
    public int Kept => Channels[0].Length;

    /// <summary>
    /// The sets with the fewest channels; of those the ones whose filters follow each other, and of them the largest blocks. Filters that
    /// no block is made of read every channel.
    /// </summary>
    /// <param name="values">Filters × inputs.</param>
    /// <param name="shape">The layer.</param>
    /// <param name="least">The fewest filters of a block, unless the layer has fewer.</param>
    public static ColumnSets Of(ReadOnlySpan<double> values, LayerShape shape, int least)
    {
        var reads = Reads(values, shape);
        var (own, alike) = (InOrder(reads, shape, least, [.. Enumerable.Range(0, shape.Filters)]), AlikeFilters.Order(reads, least));
        return InOrder(reads, shape, least, alike) is var permuted && permuted.Kept < own.Kept ? permuted : own;
    }

    /// <summary>The same of filters that follow each other.</summary>
    public static ColumnSets InOrder(ReadOnlySpan<double> values, LayerShape shape, int least)
        => InOrder(Reads(values, shape), shape, least, [.. Enumerable.Range(0, shape.Filters)]);

    /// <summary>The same with more channels a block.</summary>
    public ColumnSets Widened(int kept) => new(Shape, [.. Filters], Block,
        [.. Channels.Select(channels => Filled(channels, Math.Min(kept, Shape.Channels), Shape.Channels))]);

    /// <summary>The block of each filter.</summary>
    public int[] BlockOf()
    {
        var blocks = new int[Filters.Count];
        for (var i = 0; i < blocks.Length; i++) blocks[Filters[i]] = i / Block;
        return blocks;
    }

    /// <summary>Where each filter stands in the order of the blocks.</summary>
    public int[] Places()
    {
        var places = new int[Filters.Count];
        for (var i = 0; i < places.Length; i++) places[Filters[i]] = i;
        return places;
    }

    private static ColumnSets InOrder(bool[,] reads, LayerShape shape, int least, int[] filters)
    {
        var best = Union(reads, shape, filters, shape.Filters);
        for (var block = shape.Filters / 2; block >= Math.Min(least, shape.Filters); block--)
            if (shape.Filters % block == 0 && Union(reads, shape, filters, block) is var sets && sets.Kept < best.Kept) best = sets;
        return best;
    }

    private static bool[,] Reads(ReadOnlySpan<double> values, LayerShape shape)
    {
        var reads = new bool[shape.Filters, shape.Channels];
        for (var i = 0; i < values.Length; i++)
            if (values[i] != 0) reads[i / shape.Inputs, i % shape.Inputs / shape.Taps] = true;
        return reads;
    }

    private static ColumnSets Union(bool[,] reads, LayerShape shape, int[] filters, int block)
    {
        var channels = new int[shape.Filters / block][];
        for (var b = 0; b < channels.Length; b++)
        {
            var members = new ArraySegment<int>(filters, b * block, block);
            channels[b] = [.. Enumerable.Range(0, shape.Channels)
                .Where(channel => members.Any(filter => reads[filter, channel]))];
        }
        var most = Math.Max(1, channels.Max(set => set.Length));
        return new(shape, filters, block, [.. channels.Select(set => Filled(set, most, shape.Channels))]);
    }

    private static int[] Filled(int[] channels, int count, int all)
    {
        if (channels.Length >= count) return channels;
        var missing = Enumerable.Range(0, all).Except(channels).Take(count - channels.Length);
        return [.. channels.Concat(missing).Order()];
    }
}
