using GspMl.Distributed.Placement;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace GspMl.Distributed;

/// <summary>A machine that computes shards: it joins the cluster, is given shards, and stays until it is disposed of.</summary>
public sealed class ClusterWorker : IAsyncDisposable
{
    private readonly IHost host;

    private ClusterWorker(IHost host) => this.host = host;

    /// <summary>Joins the cluster.</summary>
    /// <param name="options">The cluster.</param>
    /// <param name="rows">Reads rows and writes coefficients.</param>
    /// <param name="cancel">Gives up joining.</param>
    public static async Task<ClusterWorker> StartAsync(ClusterOptions options, IShardRows rows, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(rows);
        return new(await ClusterSilo.StartAsync(options, rows, SiloNames.NewWorker(), cancel).ConfigureAwait(false));
    }

    /// <summary>Ends when the worker leaves the cluster: cancelled, or declared dead by the others.</summary>
    public Task WaitAsync(CancellationToken cancel = default) =>
        Task.Delay(Timeout.Infinite, CancellationTokenSource.CreateLinkedTokenSource(
            cancel, host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping).Token)
            .ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);

    /// <summary>Leaves the cluster; the others go on with its shards.</summary>
    public async ValueTask DisposeAsync()
    {
        await host.StopAsync().ConfigureAwait(false);
        host.Dispose();
    }
}
