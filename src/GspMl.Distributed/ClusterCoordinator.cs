using System.Diagnostics;
using System.Numerics;
using GspMl.Distributed.Placement;
using GspMl.Distributed.Rounds;
using GspMl.Distributed.Runs;
using GspMl.Factorization;
using GspMl.LinearAlgebra;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace GspMl.Distributed;

/// <summary>
/// The machine that has the basis and drives a factorisation. It is a member of the cluster that computes no shard: inside the cluster
/// a call to a lost machine breaks off as soon as the machine is declared dead.
/// </summary>
public sealed class ClusterCoordinator : IAsyncDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);
    private readonly IHost host;
    private readonly ClusterOptions options;

    private ClusterCoordinator(IHost host, ClusterOptions options) => (this.host, this.options) = (host, options);

    /// <summary>Joins the cluster.</summary>
    /// <param name="options">The cluster.</param>
    /// <param name="cancel">Gives up joining.</param>
    public static async Task<ClusterCoordinator> StartAsync(ClusterOptions options, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new(await ClusterSilo.StartAsync(options, new NoRows(), SiloNames.NewCoordinator(), cancel).ConfigureAwait(false), options);
    }

    /// <summary>Waits until there are so many workers, or the time is up.</summary>
    /// <returns>The number of workers there are.</returns>
    public async Task<int> WaitForWorkersAsync(int least, TimeSpan patience, CancellationToken cancel = default)
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            var workers = KnownWorkers(host.Services);
            if (workers >= least || waited.Elapsed > patience) return workers;
            await Task.Delay(Look, cancel).ConfigureAwait(false);
        }
    }

    /// <summary>The runs whose logs are there, the newest first.</summary>
    public IReadOnlyList<ShardRun> Runs() => RunFolder.All(options.Folder);

    /// <summary>Workers that are members and that are known to compute shards: the first comes before the second.</summary>
    internal static int KnownWorkers(IServiceProvider silo)
    {
        var members = silo.GetRequiredService<ISiloStatusOracle>();
        var able = silo.GetRequiredService<IClusterManifestProvider>().Current.Silos;
        return members.GetApproximateSiloStatuses(onlyActive: true).Keys
            .Count(member => able.ContainsKey(member) && members.TryGetSiloName(member, out var name) && !SiloNames.IsCoordinator(name));
    }

    /// <summary>
    /// Fits the basis. A run whose folder is there already goes on where it ended, by its log. Cost of an iteration: what the slowest
    /// machine computes, and features × rank numbers to and from each node.
    /// </summary>
    /// <param name="run">What the shards are.</param>
    /// <param name="nmf">As for <see cref="NonnegativeFactorization.FitAsync"/>.</param>
    /// <param name="progress">Told of every iteration.</param>
    /// <param name="cancel">Ends the fit; the run can go on later.</param>
    /// <returns>The basis, its error and the trace; the shards have written their coefficients.</returns>
    /// <exception cref="ArgumentException">The options do not suit shards, or the run is none.</exception>
    /// <exception cref="InvalidDataException">The run has a log, and it is of other options.</exception>
    /// <exception cref="TimeoutException">A shard was lost and did not come back in time.</exception>
    public Task<NmfResult<T>> FitAsync<T>(
        ShardRun run, NmfOptions nmf, IProgress<NmfIteration>? progress = null, CancellationToken cancel = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        FitAsync<T>(host.Services.GetRequiredService<IGrainFactory>(), options, run, nmf, progress, cancel);

    /// <summary>The same within any silo of the cluster.</summary>
    internal static async Task<NmfResult<T>> FitAsync<T>(
        IGrainFactory grains, ClusterOptions options, ShardRun run, NmfOptions nmf, IProgress<NmfIteration>? progress,
        CancellationToken cancel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(run);
        run.Validate();
        NonnegativeFactorization.CheckSharded(nmf);
        var folder = RunFolder.Of(options.Folder, run.Name);
        if (!folder.Exists) folder.Create(run);
        else if (folder.Read() != run) throw new InvalidDataException($"Run {run.Name} is there already, and another one.");
        var outbox = new Outbox<T>();
        await PlaceAsync<T>(grains, options, run, cancel).ConfigureAwait(false);
        RemoteShard<T>[] nodes = [.. run.Layout.Top().Select(node => NodeShards.Of(grains, run, node, outbox, options.Patience))];
        var logged = new LoggedShard<T>(ShardGroup<T>.Tree(nodes), folder, outbox);
        var result = await NonnegativeFactorization.FitAsync([logged], nmf, progress, cancel).ConfigureAwait(false);
        await Task.WhenAll(nodes.Select(node => node.EndAsync())).WaitAsync(cancel).ConfigureAwait(false);
        return result;
    }

    /// <summary>Has every shard made, and its rows read, all at once, by the one machine that has waited for all workers.</summary>
    private static Task<ShardSums<T>[]> PlaceAsync<T>(IGrainFactory grains, ClusterOptions options, ShardRun run, CancellationToken cancel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (outbox, open) = (new Outbox<T>(), new ShardRequest<T>.Open());
        return Task.WhenAll(Enumerable.Range(0, run.Layout.Shards)
            .Select(shard => NodeShards.Of(grains, run, new(0, shard), outbox, options.Patience).StepAsync(open, cancel)));
    }

    /// <summary>Deletes the log and the states of a run that has ended.</summary>
    public void Forget(ShardRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        RunFolder.Of(options.Folder, run.Name).Delete();
    }

    /// <summary>Leaves the cluster.</summary>
    public async ValueTask DisposeAsync()
    {
        await host.StopAsync().ConfigureAwait(false);
        host.Dispose();
    }

    /// <summary>A coordinator is given no shard.</summary>
    private sealed class NoRows : IShardRows
    {
        public ShardRows<T> Read<T>(string data, int shard, int shards)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => throw new InvalidOperationException("A coordinator has no shard.");

        public void Write<T>(string output, int shard, DenseMatrix<T> coefficients)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => throw new InvalidOperationException("A coordinator has no shard.");
    }
}
