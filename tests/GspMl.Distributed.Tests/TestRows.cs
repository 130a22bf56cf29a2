using System.Collections.Concurrent;
using System.Numerics;
using GspMl.Factorization;
using GspMl.LinearAlgebra;

namespace GspMl.Distributed.Tests;

/// <summary>What is seen of the shards of a cluster.</summary>
internal sealed class Observations
{
    /// <summary>Coefficients by shard.</summary>
    public ConcurrentDictionary<int, Array> Written { get; } = new();

    /// <summary>Which silo read which shard, in order.</summary>
    public ConcurrentQueue<(string Silo, int Shard)> Reads { get; } = new();

    /// <summary>Called whenever a shard's product with its rows begins.</summary>
    public Action<string, int>? Working { get; set; }
}

/// <summary>Rows made from a seed, cut at multiples of 256.</summary>
internal sealed class TestRows(Observations observations, string silo) : IShardRows
{
    public const int Rows = 1800;
    public const int Features = 24;

    public ShardRows<T> Read<T>(string data, int shard, int shards)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        observations.Reads.Enqueue((silo, shard));
        if (data == "damaged") throw new InvalidDataException($"part-{shard}: is damaged.");
        var (first, end) = (Cut(shard, shards), Cut(shard + 1, shards));
        var source = new Source<T>(Part<T>(first, end), () => observations.Working?.Invoke(silo, shard));
        return new(new StreamedData<T>(source), first);
    }

    public void Write<T>(string output, int shard, DenseMatrix<T> coefficients)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => observations.Written[shard] = coefficients.Values;

    /// <summary>The same shards in this process.</summary>
    public static MemoryShard<T>[] Local<T>(int shards)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        [.. Enumerable.Range(0, shards).Select(i => new MemoryShard<T>(new TestRows(new(), "").Read<T>("", i, shards).Data))];

    private static int Cut(int shard, int shards) => shard == shards ? Rows : shard * Rows / shards / 256 * 256;

    private static DenseData<T> Part<T>(int first, int end)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var values = new T[(end - first) * Features];
        for (var i = first; i < end; i++)
        {
            var random = new Random(i);
            var topic = i % 4;
            for (var j = 0; j < Features; j++)
                values[(i - first) * Features + j] = T.CreateTruncating(random.NextDouble() * (j % 4 == topic ? 1 : 0.2));
        }
        return new(values, end - first, Features);
    }

    private sealed class Source<T>(DataMatrix<T> rows, Action working) : IBatchSource<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public int Features => rows.Features;

        public IEnumerable<DataMatrix<T>> Read()
        {
            working();
            yield return rows;
        }
    }
}
