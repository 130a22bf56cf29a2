using System.Numerics;
using GspMl.Distributed.Messages;
using GspMl.Distributed.Placement;

namespace GspMl.Distributed.Workers;

/// <summary>A shard of a run. Whatever it knows can be made again from the run's folder: a lost machine costs a replay.</summary>
[ShardPlacement]
internal sealed class ShardGrain(NodeContext context, ComputeGate gate) : Grain, IShardGrain
{
    private IShardHost? host;

    public async Task<ShardMessage> StepAsync(ShardMessage request)
    {
        var key = NodeKey.Parse(this.GetPrimaryKeyString());
        return new(await gate.RunAsync(() => (host ??= Open(key, request.Bytes)).Step(request.Bytes)));
    }

    public Task EndAsync()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    private IShardHost Open(NodeKey key, byte[] request) =>
        ElementSize.Of(request) == sizeof(float) ? Open<float>(key) : Open<double>(key);

    private ShardHost<T> Open<T>(NodeKey key)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var folder = context.Run(key.Run);
        return new(folder.Read(), key.Node.Index, folder, context.Rows, context.Options.MaxThreads);
    }
}
