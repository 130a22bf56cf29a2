using System.Numerics;
using GspMl.Core.Tests.LinearAlgebra;
using GspMl.Factorization;
using GspMl.LinearAlgebra;

namespace GspMl.Core.Tests.Factorization.Shards;

/// <summary>A matrix cut into shards, and shards that behave as those on other machines do.</summary>
internal static class Shards
{
    public static readonly NmfOptions Options = new() { Rank = 5, MaxIterations = 25, Tolerance = 0, Seed = 4 };

    /// <summary>Rows whose fit takes some steps back.</summary>
    public static DenseMatrix<T> Rows<T>(int rows = 900)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => FactorizationTests<T>.LowRank(rows, 30, 5);

    public static DenseData<T> Part<T>(DenseMatrix<T> x, int start, int end)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new(x.Values.AsMemory(start * x.Columns, (end - start) * x.Columns), end - start, x.Columns);

    /// <summary>Shards cut before the given rows.</summary>
    public static MemoryShard<T>[] Cut<T>(DenseMatrix<T> x, params int[] before)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int[] cuts = [0, .. before, x.Rows];
        return [.. cuts.Skip(1).Select((end, i) => new MemoryShard<T>(Part(x, cuts[i], end)))];
    }

    public static DenseMatrix<T> Sparse<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Matrices.Random<T>(600, 40, 3, zeros: 0.8);
}

/// <summary>A shard behind a channel of bytes that keeps a log and does what it is told with each request.</summary>
internal sealed class Channel<T>(IShard<T> shard, Func<ShardRequest<T>, int>? asked = null) : IShard<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public List<byte[]> Log { get; } = [];

    public List<byte[]> Answers { get; } = [];

    public bool IsRemote => true;

    /// <summary>Asks as often as it is told to and hands out the last answer: those before were lost, or doubled.</summary>
    public async Task<ShardSums<T>> StepAsync(ShardRequest<T> request, CancellationToken cancel = default)
    {
        var bytes = request.ToBytes();
        Log.Add(bytes);
        byte[] answer = [];
        for (var i = 0; i < (asked?.Invoke(request) ?? 1); i++)
            answer = (await shard.StepAsync(ShardRequest<T>.FromBytes(bytes), cancel)).ToBytes();
        Answers.Add(answer);
        return ShardSums<T>.FromBytes(answer);
    }
}
