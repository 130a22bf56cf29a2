using System.Net;
using Microsoft.Extensions.Logging;

namespace GspMl.Distributed;

/// <summary>How a machine takes part in a cluster.</summary>
public sealed record ClusterOptions
{
    /// <summary>
    /// The folder that all machines of the cluster see: who is a member, and the logs and states of its runs. Created where it is not
    /// there.
    /// </summary>
    public required string Folder { get; init; }

    /// <summary>
    /// The address at which the others reach this machine. The default is this machine alone. What is sent is neither encrypted nor
    /// authenticated: give the address of a network that is the cluster's own.
    /// </summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>The port of this process; 0: any that is free.</summary>
    public int Port { get; init; }

    /// <summary>How long a member may leave a probe without an answer before it counts as missed.</summary>
    public TimeSpan ProbeTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>After how many missed probes a member is declared dead, and its shards are made again elsewhere.</summary>
    public int MissedProbes { get; init; } = 3;

    /// <summary>The most time that one request may take, the reading of rows and the replay of a log included.</summary>
    public TimeSpan ResponseTimeout { get; init; } = TimeSpan.FromHours(6);

    /// <summary>How long a lost shard is asked for again before the fit gives up.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The most threads to compute with; 0: one for each processor.</summary>
    public int MaxThreads { get; init; }

    /// <summary>
    /// From which level on the messages of Orleans are written to standard error. Its errors are of members that come and go, too.
    /// </summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Critical;

    /// <summary>
    /// Membership by other means than the folder: for example <c>silo => silo.UseRedisClustering(…)</c> or
    /// <c>silo => silo.UseAdoNetClustering(…)</c>, from the packages of Orleans that have these. Null: the folder.
    /// </summary>
    public Action<ISiloBuilder>? Membership { get; init; }
}
