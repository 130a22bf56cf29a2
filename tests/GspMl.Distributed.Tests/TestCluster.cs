using GspMl.Factorization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.TestingHost;

namespace GspMl.Distributed.Tests;

/// <summary>Silos in this process, of which one drives the fit from within the cluster and has no shard.</summary>
internal sealed class TestCluster : IAsyncDisposable
{
    private readonly InProcessTestCluster cluster;
    private readonly string folder = Directory.CreateTempSubdirectory("gspml-cluster-").FullName;

    private TestCluster(TestRows rows, int workers)
    {
        Options = new()
        {
            Folder = folder,
            ProbeTimeout = TimeSpan.FromMilliseconds(500),
            MissedProbes = 2,
            Patience = TimeSpan.FromSeconds(40),
            MaxThreads = 1,
        };
        var builder = new InProcessTestClusterBuilder((short)(workers + 1));
        builder.ConfigureSilo((silo, siloBuilder) =>
        {
            siloBuilder.AddShards(Options, rows);
            siloBuilder.Services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.None));
        });
        builder.Options.InitializeClientOnDeploy = false;
        cluster = builder.Build();
    }

    public ClusterOptions Options { get; }

    public IReadOnlyList<InProcessSiloHandle> Silos => [.. cluster.Silos];

    public static async Task<TestCluster> StartAsync(TestRows rows, int workers = 3)
    {
        var started = new TestCluster(rows, workers);
        await started.cluster.DeployAsync();
        return started;
    }

    public Task KillAsync(InProcessSiloHandle silo) => cluster.KillSiloAsync(silo);

    public Task<NmfResult<T>> FitAsync<T>(ShardRun run, NmfOptions options, CancellationToken cancel = default)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T> =>
        ClusterCoordinator.FitAsync<T>(Driver.GetRequiredService<IGrainFactory>(), Options, run, options, null, cancel);

    public IServiceProvider Driver => cluster.GetSiloServiceProvider(Silos[0].SiloAddress);

    public async ValueTask DisposeAsync()
    {
        await cluster.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}
