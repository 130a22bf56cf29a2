using System.Numerics;
using GspMl.Distributed;
using GspMl.Factorization;
using GspMl.LinearAlgebra;

namespace DistributedNmf;

/// <summary>Mixtures of sparse parts, made from the rows' numbers alone; a program of your own reads rows from where they lie.</summary>
internal sealed class GeneratedRows : IShardRows
{
    public const int Rows = 6000;
    public const int Features = 60;
    public const int Parts = 6;

    private int reads;

    /// <summary>How often a shard was read.</summary>
    public int Reads => reads;

    public ShardRows<T> Read<T>(string data, int shard, int shards)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Interlocked.Increment(ref reads);
        return Shard<T>(shard, shards);
    }

    public void Write<T>(string output, int shard, DenseMatrix<T> coefficients)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // A worker keeps the coefficients of its rows; here nobody needs them.
    }

    /// <summary>The same shards without a cluster.</summary>
    public static MemoryShard<float>[] Local(int shards)
        => [.. Enumerable.Range(0, shards).Select(shard => new MemoryShard<float>(Shard<float>(shard, shards).Data))];

    private static ShardRows<T> Shard<T>(int shard, int shards)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (first, end) = (Cut(shard, shards), Cut(shard + 1, shards));
        var values = new T[(end - first) * Features];
        for (var row = first; row < end; row++) Fill(row, values.AsSpan((row - first) * Features, Features));
        return new(new DenseData<T>(values, end - first, Features), first);
    }

    /// <summary>Rows are cut at multiples of 256, so that any number of shards starts from the same random numbers.</summary>
    private static int Cut(int shard, int shards) => shard == shards ? Rows : shard * Rows / shards / 256 * 256;

    private static void Fill<T>(int row, Span<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var random = new Random(row);
        Span<double> shares = stackalloc double[Parts];
        foreach (ref var share in shares) share = Math.Pow(random.NextDouble(), 4);
        for (var j = 0; j < values.Length; j++)
            values[j] = T.CreateTruncating(shares[j % Parts] * (1 + j / Parts % 3) + 0.02 * random.NextDouble());
    }
}
