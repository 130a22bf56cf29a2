using System.Numerics;
using GspMl.Distributed.Messages;
using GspMl.Distributed.Placement;
using GspMl.Distributed.Rounds;

namespace GspMl.Distributed.Workers;

/// <summary>The sum of some nodes: it keeps nothing, and is made again at no cost.</summary>
[ShardPlacement]
internal sealed class GroupGrain(NodeContext context) : Grain, IGroupGrain
{
    private INodeGroup? group;

    public async Task<ShardMessage> StepAsync(ShardMessage request)
    {
        var key = NodeKey.Parse(this.GetPrimaryKeyString());
        group ??= ElementSize.Of(request.Bytes) == sizeof(float) ? Open<float>(key) : Open<double>(key);
        return new(await group.StepAsync(request));
    }

    public async Task EndAsync()
    {
        DeactivateOnIdle();
        if (group is not null) await group.EndAsync();
    }

    private NodeGroup<T> Open<T>(NodeKey key)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var run = context.Run(key.Run).Read();
        var outbox = new Outbox<T>();
        return new(outbox, [.. run.Layout.Children(key.Node)
            .Select(node => NodeShards.Of(GrainFactory, run, node, outbox, context.Options.Patience))]);
    }
}
