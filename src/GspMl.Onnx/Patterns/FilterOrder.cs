namespace GspMl.Onnx.Patterns;

/// <summary>
/// Puts filters that want the same input channels into the same block: blocks of equal size, each of which reads the channels that are
/// worth most to its filters. Blocks choose channels and filters choose blocks in turn, as in Lloyd's k-means, but that a block takes no
/// more filters than it has room for; the filters to which the choice matters most choose first.
/// </summary>
internal static class FilterOrder
{
    // By then hardly a filter moves.
    private const int MostRounds = 10;

    // Multiply-adds: a few tenths of a second.
    private const double MostWork = 4e8;

    /// <summary>
    /// The filters in the order of their blocks, ascending within each; null where no order leaves out a tenth less than their own.
    /// A round costs 2 · filters · channels · blocks multiply-adds.
    /// </summary>
    /// <param name="worth">What each channel is worth to each filter, at least 0; filters × channels.</param>
    /// <param name="filters">Filters.</param>
    /// <param name="block">Filters of a block; divides their number.</param>
    /// <param name="kept">Channels that a block reads.</param>
    public static int[]? Of(float[] worth, int filters, int block, int kept)
    {
        var (channels, blocks) = (worth.Length / filters, filters / block);
        if (blocks < 2 || block < 2 || kept >= channels) return null;
        int[] order = [.. Enumerable.Range(0, filters)];
        var (best, whole) = (default(int[]), worth.Sum(value => (double)value));
        var own = Worth(worth, Choose(worth, order, block, kept), order, block);
        var most = own + (0.1 * (whole - own));
        var rounds = Math.Clamp(MostWork / (2.0 * filters * channels * blocks), 1, MostRounds);
        for (var round = 0; round < rounds; round++)
        {
            order = Assign(Gains(worth, Choose(worth, order, block, kept), filters), blocks, block);
            var gained = Worth(worth, Choose(worth, order, block, kept), order, block);
            if (gained <= most) continue;
            (most, best) = (gained, order);
        }
        return best;
    }

    /// <summary>The channels of each block that are worth most to its filters.</summary>
    private static int[][] Choose(float[] worth, int[] order, int block, int kept)
    {
        var channels = worth.Length / order.Length;
        return [.. order.Chunk(block).Select(filters =>
        {
            var sums = new float[channels];
            foreach (var filter in filters)
                for (var channel = 0; channel < channels; channel++) sums[channel] -= worth[(filter * channels) + channel];
            int[] best = [.. Enumerable.Range(0, channels)];
            Array.Sort(sums, best);
            return best[..kept];
        })];
    }

    private static double Worth(float[] worth, int[][] sets, int[] order, int block)
    {
        var (channels, sum) = (worth.Length / order.Length, 0.0);
        for (var i = 0; i < order.Length; i++)
            foreach (var channel in sets[i / block]) sum += worth[(order[i] * channels) + channel];
        return sum;
    }

    /// <summary>What the channels of each block are worth to each filter.</summary>
    private static float[][] Gains(float[] worth, int[][] sets, int filters)
    {
        var channels = worth.Length / filters;
        return [.. Enumerable.Range(0, filters).Select(filter =>
        {
            var row = worth.AsSpan(filter * channels, channels);
            var gains = new float[sets.Length];
            for (var b = 0; b < gains.Length; b++)
                foreach (var channel in sets[b]) gains[b] += row[channel];
            return gains;
        })];
    }

    private static int[] Assign(float[][] gains, int blocks, int block)
    {
        var members = Enumerable.Range(0, blocks).Select(_ => new List<int>(block)).ToList();
        foreach (var filter in Enumerable.Range(0, gains.Length).OrderByDescending(filter => gains[filter].Max() - gains[filter].Min()))
        {
            var open = Enumerable.Range(0, blocks).Where(b => members[b].Count < block);
            members[open.MaxBy(b => gains[filter][b])].Add(filter);
        }
        return [.. members.Select(filters => filters.Order().ToList()).OrderBy(filters => filters[0]).SelectMany(filters => filters)];
    }
}
