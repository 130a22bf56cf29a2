using System.Numerics;
using GspMl.Distributed.Messages;
using GspMl.Distributed.Placement;
using GspMl.Distributed.Rounds;
using GspMl.Factorization;
using Orleans;

namespace GspMl.Distributed.Workers;

/// <summary>The sum of some nodes: it keeps nothing, and is made again at no cost.</summary>
[ShardPlacement]
internal sealed class GroupGrain(NodeContext context) : Grain, IGroupGrain
{
    private IGroup? group;

    private interface IGroup
    {
        Task<byte[]> StepAsync(ShardMessage request);

        Task EndAsync();
    }

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

    private Group<T> Open<T>(NodeKey key)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var run = context.Run(key.Run).Read();
        var outbox = new Outbox<T>();
        return new(outbox, [.. run.Layout.Children(key.Node)
            .Select(node => NodeShards.Of(GrainFactory, run, node, outbox, context.Options.Patience))]);
    }

    private sealed class Group<T>(Outbox<T> outbox, RemoteShard<T>[] nodes) : IGroup
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ShardGroup<T> sum = new(nodes);

        public async Task<byte[]> StepAsync(ShardMessage request) =>
            (await sum.StepAsync(outbox.Take(request)).ConfigureAwait(false)).ToBytes();

        public Task EndAsync() => Task.WhenAll(nodes.Select(node => node.EndAsync()));
    }
}
