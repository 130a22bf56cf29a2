using System.Numerics;
using GspMl.Distributed.Runs;
using GspMl.Factorization;

namespace GspMl.Distributed.Rounds;

/// <summary>
/// Keeps every request on disk before it is made, for shards that are made again, and every answer, for a coordinator that goes on: asked
/// for what it knows, it answers from the log. The same requests come from the same answers, which is checked.
/// </summary>
internal sealed class LoggedShard<T>(IShard<T> shard, RunFolder log, Outbox<T> outbox) : IShard<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public bool IsRemote => shard.IsRemote;

    public async Task<ShardSums<T>> StepAsync(ShardRequest<T> request, CancellationToken cancel = default)
    {
        Note(request.Number, outbox.MessageOf(request).Bytes);
        if (log.Answer(request.Number) is { } known) return ShardSums<T>.FromBytes(known);
        var answer = await shard.StepAsync(request, cancel).ConfigureAwait(false);
        log.WriteAnswer(request.Number, answer.ToBytes());
        return answer;
    }

    private void Note(int number, byte[] request)
    {
        if (log.Request(number) is not { } noted) log.WriteRequest(number, request);
        else if (!noted.AsSpan().SequenceEqual(request))
            throw new InvalidDataException(
                $"Request {number} of the run's log is another than the one that follows now: other options, another version, or a "
                + "processor that adds in another order. Start the run anew.");
    }
}
