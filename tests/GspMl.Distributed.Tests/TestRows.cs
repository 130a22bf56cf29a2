using System.Collections.Concurrent;
using System.Numerics;
using GspMl.Factorization;
using GspMl.LinearAlgebra;

namespace GspMl.Distributed.Tests;

/// <summary>Rows made from a seed, cut at multiples of 256; coefficients are kept here.</summary>
internal sealed class TestRows : IShardRows
{
    public const int Rows = 1800;
    public const int Features = 24;

    /// <summary>Coefficients by shard.</summary>
    public ConcurrentDictionary<int, Array> Written { get; } = new();

    /// <summary>How often rows were read, by shard.</summary>
    public ConcurrentDictionary<int, int> Reads { get; } = new();

    /// <summary>Called with the shard's number whenever a product with its rows begins.</summary>
    public Action<int>? Working { get; set; }

    public ShardRows<T> Read<T>(string data, int shard, int shards)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Reads.AddOrUpdate(shard, 1, (_, times) => times + 1);
        var (first, end) = (Cut(shard, shards), Cut(shard + 1, shards));
        var source = new Source<T>(Part<T>(first, end), () => Working?.Invoke(shard));
        return new(new StreamedData<T>(source), first);
    }

    public void Write<T>(string output, int shard, DenseMatrix<T> coefficients)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Written[shard] = coefficients.Values;

    /// <summary>The same shards in this process.</summary>
    public static MemoryShard<T>[] Local<T>(int shards)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        [.. Enumerable.Range(0, shards).Select(i => new MemoryShard<T>(new TestRows().Read<T>("", i, shards).Data))];

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
