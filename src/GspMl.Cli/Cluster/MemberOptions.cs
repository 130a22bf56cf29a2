using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using GspMl.Cli.Shell;
using GspMl.Distributed;

namespace GspMl.Cli.Cluster;

/// <summary>The options of a command that makes its process a member of a cluster.</summary>
internal sealed class MemberOptions(string description)
{
    private const int MissedProbes = 3;

    public Option<string?> Folder { get; } = new("--cluster") { Description = description, HelpName = "DIR" };

    public Option<string?> Address { get; } = new("--address")
    {
        Description = "Where the other members reach this one: an address of a network of the cluster's own. Default: this machine alone.",
        HelpName = "IP",
    };

    public Option<double> DeadAfter { get; } = new("--dead-after")
    {
        CustomParser = Number.Read,
        Description = "Seconds of silence after which a member of the cluster is given up, and its shards are made elsewhere.",
        DefaultValueFactory = _ => 15,
        HelpName = "SECONDS",
    };

    /// <summary>All options but the folder.</summary>
    public IReadOnlyList<Option> Others => [Address, DeadAfter];

    /// <summary>What the command line says of the cluster.</summary>
    public ClusterOptions Read(ParseResult parsed, string folder, int maxThreads)
    {
        if (string.IsNullOrWhiteSpace(folder)) throw CommandException.Usage("--cluster: the name of the folder is empty.");
        var address = IPAddress.Loopback;
        if (parsed.GetValue(Address) is { } text && !IPAddress.TryParse(text, out address!))
            throw CommandException.Usage($"--address {text}: is no IP address.");
        if (!IsOfThisMachine(address)) throw CommandException.Usage($"--address {address}: is no address of this machine.");
        var silence = parsed.GetValue(DeadAfter);
        if (silence is not (>= 1 and <= 3600)) throw CommandException.Usage($"--dead-after {silence}: not 1 to 3600 seconds.");
        return new()
        {
            Folder = Path.GetFullPath(folder),
            Address = address,
            MaxThreads = maxThreads,
            ProbeTimeout = TimeSpan.FromSeconds(silence / MissedProbes),
            MissedProbes = MissedProbes,
        };
    }

    private static bool IsOfThisMachine(IPAddress address)
    {
        try
        {
            using var listener = new TcpListener(address, port: 0);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
