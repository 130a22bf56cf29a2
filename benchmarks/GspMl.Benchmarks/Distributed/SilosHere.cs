using System.Numerics;
using GspMl.Distributed;
using GspMl.Factorization;
using GspMl.LinearAlgebra;

namespace GspMl.Benchmarks.Distributed;

/// <summary>A cluster of silos of this process, which speak through sockets as those of several machines do.</summary>
internal sealed class SilosHere : IShardRows, IDisposable
{
    private readonly ClusterData data;
    private readonly string folder = Directory.CreateTempSubdirectory("gspml-bench-").FullName;
    private readonly List<ClusterWorker> workers = [];
    private readonly ClusterCoordinator coordinator;
    private readonly int count;
    private int runs;

    public SilosHere(ClusterData data, int count)
    {
        (this.data, this.count) = (data, count);
        var options = new ClusterOptions { Folder = folder, MaxThreads = 1 };
        for (var i = 0; i < count; i++) workers.Add(ClusterWorker.StartAsync(options, this).GetAwaiter().GetResult());
        coordinator = ClusterCoordinator.StartAsync(options).GetAwaiter().GetResult();
        coordinator.WaitForWorkersAsync(count, TimeSpan.FromMinutes(1)).GetAwaiter().GetResult();
    }

    public void Fit(NmfOptions options)
    {
        var run = new ShardRun { Name = $"run-{runs++}", Data = "", Output = "", Layout = new(count, count), SaveEvery = 0 };
        coordinator.FitAsync<float>(run, options).GetAwaiter().GetResult();
        coordinator.Forget(run);
    }

    public ShardRows<T> Read<T>(string data, int shard, int shards)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new((DataMatrix<T>)(object)this.data.Rows(shard, shards), this.data.Cut(shard, shards));

    public void Write<T>(string output, int shard, DenseMatrix<T> coefficients)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
    }

    public void Dispose()
    {
        coordinator.DisposeAsync().AsTask().GetAwaiter().GetResult();
        foreach (var worker in workers) worker.DisposeAsync().AsTask().GetAwaiter().GetResult();
        Directory.Delete(folder, recursive: true);
    }
}
