using System.Numerics;
using GspMl.Distributed.Runs;
using GspMl.Factorization;

namespace GspMl.Distributed.Workers;

/// <summary>A shard on the machine that computes it.</summary>
internal interface IShardHost
{
    /// <summary>The answer to a request, in bytes, after all before it have been caught up with.</summary>
    byte[] Step(byte[] request);
}

/// <summary>
/// Rows, coefficients and what is on disk of them: a shard that was lost goes on from the state that it saved last, by the log.
/// </summary>
internal sealed class ShardHost<T> : IShardHost
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ShardRun run;
    private readonly int index;
    private readonly RunFolder folder;
    private readonly IShardRows source;
    private readonly ShardRows<T> rows;
    private readonly int maxThreads;
    private MemoryShard<T> shard;

    public ShardHost(ShardRun run, int index, RunFolder folder, IShardRows source, int maxThreads)
    {
        (this.run, this.index, this.folder, this.source, this.maxThreads) = (run, index, folder, source, maxThreads);
        rows = source.Read<T>(run.Data, index, run.Layout.Shards);
        shard = new(rows.Data, maxThreads);
    }

    public byte[] Step(byte[] request)
    {
        var asked = ShardRequest<T>.FromBytes(request);
        CatchUp(asked.Number);
        var answer = Do(asked).ToBytes();
        if (asked is ShardRequest<T>.Finish) source.Write(run.Output, index, shard.Coefficients);
        return answer;
    }

    private void CatchUp(int number)
    {
        if (number > shard.LastNumber + 1) Restore(number);
        while (shard.LastNumber + 1 < number)
        {
            var next = shard.LastNumber + 1;
            Do(ShardRequest<T>.FromBytes(folder.Request(next)
                ?? throw new InvalidDataException($"Shard {index}: request {next} is missing from the log of run {run.Name}.")));
        }
    }

    /// <summary>Back to the saved state, where it helps on the way to a request.</summary>
    private void Restore(int number)
    {
        using var state = folder.OpenState(index);
        if (state is null) return;
        var restored = new MemoryShard<T>(rows.Data, maxThreads);
        restored.Restore(state);
        if (restored.LastNumber > shard.LastNumber && restored.LastNumber <= number) shard = restored;
    }

    private ShardSums<T> Do(ShardRequest<T> request)
    {
        // Requests of the log are those of the whole: the number of its own first row is what the shard knows better.
        if (request is ShardRequest<T>.Begin begin) request = begin with { FirstRow = rows.FirstRow };
        var isNew = request.Number > shard.LastNumber;
        var answer = shard.StepAsync(request).GetAwaiter().GetResult(); // in memory: it is there at once
        if (isNew && run.SaveEvery > 0 && request.Number % run.SaveEvery == 0) folder.WriteState(index, shard.Save);
        return answer;
    }
}
