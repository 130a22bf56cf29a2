using System.Numerics;
using GspMl.Distributed.Messages;
using GspMl.Factorization;

namespace GspMl.Distributed.Rounds;

/// <summary>The request under way in its bytes: written once, however many it goes to.</summary>
internal sealed class Outbox<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Lock gate = new();
    private ShardRequest<T>? request;
    private ShardMessage? message;

    /// <summary>A request that came as bytes and is passed on as it is.</summary>
    public ShardRequest<T> Take(ShardMessage received)
    {
        lock (gate)
        {
            message = received;
            return request = ShardRequest<T>.FromBytes(received.Bytes);
        }
    }

    public ShardMessage MessageOf(ShardRequest<T> asked)
    {
        lock (gate)
        {
            if (!ReferenceEquals(asked, request)) (request, message) = (asked, new(asked.ToBytes()));
            return message!;
        }
    }
}
