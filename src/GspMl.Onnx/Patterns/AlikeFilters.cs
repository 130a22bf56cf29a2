using System.Numerics;

namespace GspMl.Onnx.Patterns;

/// <summary>
/// Finds filters that read the same channels, or nearly: a weight that fell to zero by chance takes no filter out of its block.
/// </summary>
internal static class AlikeFilters
{
    // Where every filter of a block lacks something else, blocks are told apart by how much they have in common.
    private const double Alike = 0.9;

    /// <summary>
    /// The filters, those that read alike behind each other: first those that read exactly the same; the rest goes where all that it reads
    /// is read, and to those with which it has most in common. Filters · groups · channels / 64 operations.
    /// </summary>
    /// <param name="reads">Whether a filter reads a channel.</param>
    /// <param name="least">The fewest filters of a block.</param>
    public static int[] Order(bool[,] reads, int least)
    {
        var filters = Enumerable.Range(0, reads.GetLength(0)).Select(filter => (Filter: filter, Channels: Bits(reads, filter)))
            .GroupBy(filter => string.Join(',', filter.Channels)).ToList();
        var groups = filters.Where(same => same.Count() >= Math.Max(2, least / 2))
            .Select(same => (same.First().Channels, Filters: same.Select(filter => filter.Filter).ToList())).ToList();
        var cores = groups.Count;
        foreach (var (filter, own) in filters.Where(same => same.Count() < Math.Max(2, least / 2)).SelectMany(same => same))
        {
            var whole = groups.Take(cores).Where(group => Contains(group.Channels, own)).ToList();
            if (whole.Count > 0) whole.MinBy(group => Count(group.Channels)).Filters.Add(filter);
            else Join(groups, cores, own, filter);
            // No blocks: the rest need not be compared with every one of them.
            if (groups.Count > 1 + (reads.GetLength(0) / Math.Max(1, least))) return [.. Enumerable.Range(0, reads.GetLength(0))];
        }
        return [.. groups.SelectMany(group => group.Filters.Order())];
    }

    private static void Join(List<(ulong[] Channels, List<int> Filters)> groups, int first, ulong[] own, int filter)
    {
        var alike = groups.Skip(first).Where(group => Likeness(group.Channels, own) >= Alike).ToList();
        if (alike.Count == 0)
        {
            groups.Add(([.. own], [filter]));
            return;
        }
        var (channels, filters) = alike.MaxBy(group => Likeness(group.Channels, own));
        for (var i = 0; i < own.Length; i++) channels[i] |= own[i];
        filters.Add(filter);
    }

    private static bool Contains(ulong[] all, ulong[] own)
    {
        for (var i = 0; i < own.Length; i++)
            if ((own[i] & ~all[i]) != 0) return false;
        return true;
    }

    private static int Count(ulong[] channels) => channels.Sum(BitOperations.PopCount);

    private static ulong[] Bits(bool[,] reads, int filter)
    {
        var bits = new ulong[(reads.GetLength(1) + 63) / 64];
        for (var channel = 0; channel < reads.GetLength(1); channel++)
            if (reads[filter, channel]) bits[channel / 64] |= 1UL << (channel % 64);
        return bits;
    }

    /// <summary>Common channels as a part of all that one of the two reads (Jaccard's index).</summary>
    private static double Likeness(ulong[] a, ulong[] b)
    {
        var (both, either) = (0, 0);
        for (var i = 0; i < a.Length; i++)
            (both, either) = (both + BitOperations.PopCount(a[i] & b[i]), either + BitOperations.PopCount(a[i] | b[i]));
        return either == 0 ? 1 : (double)both / either;
    }
}
