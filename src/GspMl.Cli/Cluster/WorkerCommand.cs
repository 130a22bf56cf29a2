using System.CommandLine;
using GspMl.Cli.Shell;
using GspMl.Distributed;

namespace GspMl.Cli.Cluster;

/// <summary><c>gspml worker</c>: makes the machine one of a cluster's, until it is told to end.</summary>
internal static class WorkerCommand
{
    private static readonly MemberOptions Member = new("The folder that all machines of the cluster see.");
    private static readonly ThreadsOption Threads = new();

    public static Command Create(CommandShell shell)
    {
        var command = new Command("worker", "Compute shards of factorisations that gspml nmf --cluster runs.")
        {
            Member.Folder, Member.Address, Member.DeadAfter, Threads,
        };
        Member.Folder.Required = true;
        return shell.Runs(command, (parsed, cancel) => RunAsync(parsed, shell.Messages, cancel));
    }

    private static async Task<CommandResult> RunAsync(ParseResult parsed, TextWriter messages, CancellationToken cancel)
    {
        var options = Member.Read(parsed, parsed.GetValue(Member.Folder)!, Threads.Read(parsed));
        await using var worker = await ClusterWorker.StartAsync(options, new PartRows(), cancel).ConfigureAwait(false);
        await messages.WriteLineAsync($"worker {Environment.ProcessId} has joined the cluster of {options.Folder}").ConfigureAwait(false);
        await worker.WaitAsync(cancel).ConfigureAwait(false);
        return cancel.IsCancellationRequested
            ? new WorkerResult(options.Folder)
            : throw CommandException.Input($"the cluster of {options.Folder} has declared this worker dead, or its own service ended.");
    }
}
