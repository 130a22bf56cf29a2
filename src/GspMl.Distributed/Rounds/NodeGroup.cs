using System.Numerics;
using GspMl.Distributed.Messages;
using GspMl.Factorization;

namespace GspMl.Distributed.Rounds;

/// <summary>Nodes whose answers are added, in whatever type of number.</summary>
internal interface INodeGroup
{
    Task<byte[]> StepAsync(ShardMessage request);

    Task EndAsync();
}

/// <inheritdoc/>
internal sealed class NodeGroup<T>(Outbox<T> outbox, RemoteShard<T>[] nodes) : INodeGroup
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ShardGroup<T> sum = new(nodes);

    public async Task<byte[]> StepAsync(ShardMessage request) =>
        (await sum.StepAsync(outbox.Take(request)).ConfigureAwait(false)).ToBytes();

    public Task EndAsync() => Task.WhenAll(nodes.Select(node => node.EndAsync()));
}
