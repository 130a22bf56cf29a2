using System.Numerics;
using GspMl.Distributed.Messages;

namespace GspMl.Distributed.Rounds;

/// <summary>The nodes of a run as shards.</summary>
internal static class NodeShards
{
    public static RemoteShard<T> Of<T>(IGrainFactory grains, ShardRun run, ShardNode node, Outbox<T> outbox, TimeSpan patience)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var key = new NodeKey(run.Name, node, run.Layout.FirstShard(node), run.Layout.Shards).ToString();
        return node.Level == 0
            ? new(grains.GetGrain<IShardGrain>(key), $"Shard {node.Index}", outbox, patience)
            : new(grains.GetGrain<IGroupGrain>(key), $"The group of shard {run.Layout.FirstShard(node)}", outbox, patience);
    }
}
