using GspMl.Benchmarks.Factorization;
using GspMl.Factorization;

namespace GspMl.Benchmarks.Distributed;

/// <summary>Data of a benchmark that is cut into shards at multiples of 256 rows.</summary>
internal sealed class ClusterData(int samples, Func<int, int, DataMatrix<float>> part)
{
    public const int Rank = 50;

    public static IEnumerable<(string Name, ClusterData Data)> All()
    {
        yield return ("dense 16,384 x 1,000", Dense(16384, 1000));
        yield return ("sparse 40,000 x 10,000, 1 %", Sparse(40000, 10000));
    }

    /// <summary>The rows of a shard; of shard 0 of 1, all of them.</summary>
    public DataMatrix<float> Rows(int shard, int shards) => part(Cut(shard, shards), Cut(shard + 1, shards));

    public int Cut(int shard, int shards) => shard == shards ? samples : (int)((long)samples * shard / shards) / 256 * 256;

    private static ClusterData Dense(int samples, int features)
    {
        var random = new Random(1);
        var values = new float[samples * features];
        foreach (ref var value in values.AsSpan()) value = random.NextSingle();
        return new(samples, (first, end) => new DenseData<float>(
            values.AsMemory(first * features, (end - first) * features), end - first, features));
    }

    public static ClusterData Sparse(int samples, int features)
    {
        var data = ZipfData.Create(samples, features, 0.01, seed: 1);
        return new(samples, (first, end) =>
        {
            var (from, to) = (data.Starts[first], data.Starts[end]);
            return new SparseData<float>(end - first, features, Array.ConvertAll(data.Starts[first..(end + 1)], at => at - from),
                data.Indices[from..to], data.Values[from..to]);
        });
    }
}
