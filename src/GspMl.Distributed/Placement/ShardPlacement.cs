using GspMl.Distributed.Messages;
using Orleans.Placement;
using Orleans.Runtime.Placement;

namespace GspMl.Distributed.Placement;

/// <summary>
/// Shards spread evenly and in their order, so that consecutive ones share a machine, and groups where their first shard is. The
/// placement that Orleans has by itself was seen to put six shards on three machines as 6, 0 and 0.
/// </summary>
[Serializable]
internal sealed class ShardPlacement : PlacementStrategy
{
    public static readonly ShardPlacement Instance = new();
}

/// <summary>Marks grains that are placed by their number.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class ShardPlacementAttribute() : PlacementAttribute(ShardPlacement.Instance);

/// <summary>Chooses the machine of a node.</summary>
internal sealed class ShardPlacementDirector(ISiloStatusOracle members) : IPlacementDirector
{
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        var key = NodeKey.Parse(target.GrainIdentity.Key.ToString()!);
        var workers = context.GetCompatibleSilos(target).Where(IsWorker).Order().ToArray();
        if (workers.Length == 0) throw new SiloUnavailableException("The cluster has no worker.");
        return Task.FromResult(workers[(int)((long)key.FirstShard * workers.Length / key.Shards)]);
    }

    private bool IsWorker(SiloAddress silo) => !(members.TryGetSiloName(silo, out var name) && SiloNames.IsCoordinator(name));
}
