using System.Net;
using System.Net.Sockets;
using GspMl.Distributed.Membership;
using GspMl.Distributed.Placement;
using GspMl.Distributed.Workers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;

namespace GspMl.Distributed;

/// <summary>What every member of a cluster is made of.</summary>
public static class ClusterSilo
{
    private const string ClusterId = "gspml";

    /// <summary>Adds the shards of GspMl to a silo of one's own; addresses and membership are the silo's own.</summary>
    /// <param name="silo">The silo.</param>
    /// <param name="options">The folder of the cluster's runs, timeouts and threads.</param>
    /// <param name="rows">Where rows come from.</param>
    public static ISiloBuilder AddShards(this ISiloBuilder silo, ClusterOptions options, IShardRows rows)
    {
        ArgumentNullException.ThrowIfNull(silo);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(rows);
        silo.Services.AddSingleton(new NodeContext(options, rows)).AddSingleton<ComputeGate>();
        silo.Services.AddPlacementDirector<ShardPlacement, ShardPlacementDirector>();
        return silo
            .Configure<SiloMessagingOptions>(messaging =>
            {
                messaging.MaxMessageBodySize = int.MaxValue;
                messaging.ResponseTimeout = options.ResponseTimeout;
                messaging.MaxRequestProcessingTime = options.ResponseTimeout;
                messaging.RequestProcessingWarningTime = options.ResponseTimeout;
            })
            .Configure<ClusterMembershipOptions>(membership =>
            {
                membership.ProbeTimeout = options.ProbeTimeout;
                membership.NumMissedProbesLimit = options.MissedProbes;
                membership.NumVotesForDeathDeclaration = 1;
            });
    }

    /// <summary>A process' own silo, without a gateway: a client outside would hang on a call to a machine that was lost.</summary>
    internal static async Task<IHost> StartAsync(ClusterOptions options, IShardRows rows, string name, CancellationToken cancel)
    {
        Directory.CreateDirectory(options.Folder);
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.SetMinimumLevel(options.LogLevel).AddSimpleConsole(console => console.SingleLine = true)
            .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Services.AddSingleton<IHostLifetime, ProcessLifetime>();
        builder.UseOrleans(silo =>
        {
            silo.Configure<Orleans.Configuration.ClusterOptions>(cluster => (cluster.ClusterId, cluster.ServiceId) = (ClusterId, ClusterId))
                .Configure<SiloOptions>(own => own.SiloName = name)
                .Configure<EndpointOptions>(endpoint =>
                {
                    endpoint.AdvertisedIPAddress = options.Address;
                    endpoint.SiloPort = options.Port == 0 ? FreePort(options.Address) : options.Port;
                    endpoint.GatewayPort = 0;
                });
            if (options.Membership is { } membership) membership(silo);
            else silo.Services.AddSingleton<IMembershipTable>(new FolderMembership(Path.Combine(options.Folder, "members")));
            silo.AddShards(options, rows);
        });
        var host = builder.Build();
        await host.StartAsync(cancel).ConfigureAwait(false);
        return host;
    }

    private static int FreePort(IPAddress address)
    {
        using var listener = new TcpListener(address, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>What ends the process is the affair of whoever runs it: the silo takes no signals.</summary>
    private sealed class ProcessLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
