using System.CommandLine;
using System.Net;
using GspMl.Cli.Shell;
using GspMl.Distributed;

namespace GspMl.Cli.Cluster;

/// <summary>The options of a command that makes its process a member of a cluster.</summary>
internal sealed class MemberOptions(string description)
{
    public Option<string?> Folder { get; } = new("--cluster") { Description = description, HelpName = "DIR" };

    public Option<string?> Address { get; } = new("--address")
    {
        Description = "Where the other members reach this one: an address of a network of the cluster's own. Default: this machine alone.",
        HelpName = "IP",
    };

    /// <summary>What the command line says of the cluster.</summary>
    public ClusterOptions Read(ParseResult parsed, string folder, int maxThreads)
    {
        if (string.IsNullOrWhiteSpace(folder)) throw CommandException.Usage("--cluster: the name of the folder is empty.");
        var address = IPAddress.Loopback;
        if (parsed.GetValue(Address) is { } text && !IPAddress.TryParse(text, out address!))
            throw CommandException.Usage($"--address {text}: is no IP address.");
        return new() { Folder = Path.GetFullPath(folder), Address = address, MaxThreads = maxThreads };
    }
}
