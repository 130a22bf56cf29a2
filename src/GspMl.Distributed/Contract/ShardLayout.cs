using System.Numerics;
using GspMl.Factorization;

namespace GspMl.Distributed;

/// <summary>
/// How the answers of shards are added up. Consecutive shards, about as many as a machine has, make a group; above ten, groups are added in
/// tens, and these in tens. A run keeps its layout whatever machines come and go, so that its bits stay the same.
/// </summary>
/// <param name="Shards">The number of shards, at least 1.</param>
/// <param name="Groups">The number of groups, 1 to <paramref name="Shards"/>.</param>
public sealed record ShardLayout(int Shards, int Groups)
{
    private const int FanIn = 10;

    /// <summary>The shards of this process, grouped as the layout's are on a cluster: both give the same bits.</summary>
    /// <param name="shards">As many as the layout has.</param>
    public IReadOnlyList<IShard<T>> Group<T>(IReadOnlyList<IShard<T>> shards)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(shards);
        if (shards.Count != Shards)
            throw new ArgumentException($"The layout has {Shards} shards; {shards.Count} were given.", nameof(shards));
        IShard<T> Build(ShardNode node) =>
            node.Level == 0 ? shards[node.Index] : new ShardGroup<T>(Children(node).Select(Build));
        return [.. Top().Select(Build)];
    }

    internal void Validate()
    {
        if (Shards < 1) throw new ArgumentOutOfRangeException(nameof(Shards), Shards, "There is at least 1 shard.");
        if (Groups < 1 || Groups > Shards)
            throw new ArgumentOutOfRangeException(nameof(Groups), Groups, $"{Shards} shards make 1 to {Shards} groups.");
    }

    /// <summary>At most ten nodes, whose answers the coordinator adds up.</summary>
    internal IReadOnlyList<ShardNode> Top()
    {
        var (level, count) = (1, Groups);
        for (; count > FanIn; level++) count = (count + FanIn - 1) / FanIn;
        return [.. Enumerable.Range(0, count).Select(index => Simplified(new(level, index)))];
    }

    /// <summary>Whose answers a node above level 0 adds up.</summary>
    internal IReadOnlyList<ShardNode> Children(ShardNode node) =>
        [.. Enumerable.Range(First(node), End(node) - First(node)).Select(index => Simplified(new(node.Level - 1, index)))];

    /// <summary>The first shard below a node.</summary>
    internal int FirstShard(ShardNode node)
    {
        while (node.Level > 0) node = new(node.Level - 1, First(node));
        return node.Index;
    }

    /// <summary>A node that would add up a single answer is left out.</summary>
    private ShardNode Simplified(ShardNode node)
    {
        while (node.Level > 0 && End(node) - First(node) == 1) node = new(node.Level - 1, First(node));
        return node;
    }

    private int First(ShardNode node) => node.Level == 1 ? Cut(node.Index) : node.Index * FanIn;

    private int End(ShardNode node) => node.Level == 1 ? Cut(node.Index + 1) : Math.Min((node.Index + 1) * FanIn, Count(node.Level - 1));

    private int Cut(int group) => (int)((long)group * Shards / Groups);

    private int Count(int level)
    {
        var count = Groups;
        for (var l = 1; l < level; l++) count = (count + FanIn - 1) / FanIn;
        return count;
    }
}

/// <summary>A shard (level 0), a group of shards (level 1), or ten nodes of the level below.</summary>
internal readonly record struct ShardNode(int Level, int Index);
