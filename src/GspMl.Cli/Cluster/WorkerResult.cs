using GspMl.Cli.Shell;
using Spectre.Console;

namespace GspMl.Cli.Cluster;

/// <summary>A worker that was told to end.</summary>
internal sealed record WorkerResult(string Cluster) : CommandResult
{
    protected override string SchemaName => "gspml-worker-1";

    public override void WriteText(IAnsiConsole console) => console.MarkupLineInterpolated($"left the cluster of {Cluster}");
}
