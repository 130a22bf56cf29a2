using System.Numerics;
using GspMl.Distributed.Placement;
using GspMl.Factorization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.TestingHost;

namespace GspMl.Distributed.Tests;

/// <summary>Silos in this process, of which one drives the fit from within the cluster and has no shard.</summary>
internal sealed class TestCluster : IAsyncDisposable
{
    private readonly InProcessTestCluster cluster;
    private readonly string folder;
    private int silos;

    private TestCluster(string folder, int workers)
    {
        this.folder = folder;
        Options = new()
        {
            Folder = folder,
            ProbeTimeout = TimeSpan.FromMilliseconds(500),
            MissedProbes = 2,
            Patience = TimeSpan.FromSeconds(40),
            MaxThreads = 1,
        };
        var builder = new InProcessTestClusterBuilder((short)(workers + 1));
        builder.ConfigureSilo((_, silo) => Configure(silo));
        builder.Options.InitializeClientOnDeploy = false;
        cluster = builder.Build();
    }

    public Observations Seen { get; } = new();

    public ClusterOptions Options { get; }

    public IReadOnlyList<InProcessSiloHandle> Silos => [.. cluster.Silos];

    /// <summary>A cluster of so many workers and a coordinator.</summary>
    /// <param name="workers">Silos with shards.</param>
    /// <param name="folder">That of a cluster before; null: a new one.</param>
    public static async Task<TestCluster> StartAsync(int workers = 3, string? folder = null)
    {
        var started = new TestCluster(folder ?? Directory.CreateTempSubdirectory("gspml-cluster-").FullName, workers);
        await started.cluster.DeployAsync();
        await Eventually.True(() => Task.FromResult(ClusterCoordinator.KnownWorkers(started.Driver) == workers));
        return started;
    }

    public async Task KillAsync(string name) =>
        await cluster.KillSiloAsync(Silos.Single(silo => NameOf(silo) == name));

    private string NameOf(InProcessSiloHandle silo) =>
        cluster.GetSiloServiceProvider(silo.SiloAddress).GetRequiredService<ILocalSiloDetails>().Name;

    public Task<NmfResult<T>> FitAsync<T>(ShardRun run, NmfOptions options, CancellationToken cancel = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        ClusterCoordinator.FitAsync<T>(Driver.GetRequiredService<IGrainFactory>(), Options, run, options, null, cancel);

    public IServiceProvider Driver =>
        cluster.GetSiloServiceProvider(Silos.Single(silo => SiloNames.IsCoordinator(NameOf(silo))).SiloAddress);

    public ValueTask DisposeAsync() => cluster.DisposeAsync();

    private void Configure(ISiloBuilder silo)
    {
        var name = silos++ == 0 ? SiloNames.NewCoordinator() : $"worker-{silos}";
        silo.AddShards(Options, new TestRows(Seen, name));
        silo.Services.PostConfigure<SiloOptions>(own => own.SiloName = name);
        silo.Services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.None));
    }
}
