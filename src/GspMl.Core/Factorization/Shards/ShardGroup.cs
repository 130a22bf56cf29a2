using System.Numerics;

namespace GspMl.Factorization;

/// <summary>
/// Several shards as one: requests go to all of them at once, and their answers are added in double, in the shards' order, and rounded
/// once. Groups of groups make a tree. It keeps nothing of a fit, and may be made anew at any time.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class ShardGroup<T> : IShard<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int FanIn = 10;
    private readonly IShard<T>[] shards;
    private readonly SumOfShards<T> sum = new();

    /// <summary>A group of at least one shard.</summary>
    /// <exception cref="ArgumentException">There is no shard, or one is null.</exception>
    public ShardGroup(IEnumerable<IShard<T>> shards)
    {
        ArgumentNullException.ThrowIfNull(shards);
        this.shards = [.. shards];
        if (this.shards.Length == 0) throw new ArgumentException("There is no shard.", nameof(shards));
        if (this.shards.Contains(null!)) throw new ArgumentException("A shard is null.", nameof(shards));
    }

    /// <inheritdoc/>
    public bool IsRemote => shards.Any(shard => shard.IsRemote);

    /// <summary>Ten shards to a group, ten groups to the next, until there is one: no machine adds up more than ten answers.</summary>
    public static IShard<T> Tree(IEnumerable<IShard<T>> shards)
    {
        IShard<T>[] level = [.. shards];
        while (level.Length > FanIn) level = [.. level.Chunk(FanIn).Select(part => new ShardGroup<T>(part))];
        return level.Length == 1 ? level[0] : new ShardGroup<T>(level);
    }

    /// <inheritdoc/>
    public async Task<ShardSums<T>> StepAsync(ShardRequest<T> request, CancellationToken cancel = default)
    {
        var requests = request is ShardRequest<T>.Begin begin
            ? await PlacedAsync(begin, cancel).ConfigureAwait(false) : [.. shards.Select(_ => request)];
        return sum.Of(await AskAsync(requests, cancel).ConfigureAwait(false));
    }

    /// <summary>The start of each shard with the number of its first row.</summary>
    private async Task<ShardRequest<T>[]> PlacedAsync(ShardRequest<T>.Begin begin, CancellationToken cancel)
    {
        var described = await AskAsync([.. shards.Select(_ => new ShardRequest<T>.Open())], cancel).ConfigureAwait(false);
        var placed = new ShardRequest<T>[shards.Length];
        var first = begin.FirstRow;
        for (var i = 0; i < placed.Length; i++)
        {
            placed[i] = begin with { FirstRow = first };
            first += described[i].Samples;
        }
        return placed;
    }

    private Task<ShardSums<T>[]> AskAsync(ShardRequest<T>[] requests, CancellationToken cancel) =>
        Task.WhenAll(shards.Select((shard, i) => shard.StepAsync(requests[i], cancel)));
}
