using System.CommandLine;
using GspMl.Cli.Check;
using GspMl.Cli.Cluster;
using GspMl.Cli.Demo;
using GspMl.Cli.Encode;
using GspMl.Cli.Eval;
using GspMl.Cli.Inspect;
using GspMl.Cli.Nmf;
using GspMl.Cli.Projection;
using GspMl.Cli.Prune;
using GspMl.Cli.Shell;
using GspMl.Cli.Shrink;
using GspMl.Cli.Tune;

namespace GspMl.Cli;

/// <summary>The tool <c>gspml</c>: parses the command line, runs the command, answers with its exit code.</summary>
internal static class Gspml
{
    /// <summary>
    /// Runs one command line. Results go to <paramref name="output"/>, progress and messages to <paramref name="error"/>.
    /// </summary>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, TextWriter output, TextWriter error,
        CancellationToken cancel = default)
    {
        var shell = new CommandShell(output, error);
        var parsed = CreateRoot(shell).Parse(arguments);
        // The help that follows a wrong call is a message; what reads results gets nothing.
        var invocation = new InvocationConfiguration
        {
            Output = parsed.Errors.Count > 0 ? error : output,
            Error = error,
            EnableDefaultExceptionHandler = false,
            // Signals are the process's affair (Interruption); two at once are more than the parser's own handler bears.
            ProcessTerminationTimeout = null,
        };
        return await parsed.InvokeAsync(invocation, cancel).ConfigureAwait(false);
    }

    private static RootCommand CreateRoot(CommandShell shell) =>
        new("Grouped sparse projection: prune ONNX models, project matrices, judge the result.")
        {
            shell.Format,
            DemoCommand.Create(shell),
            ProjectCommand.Create(shell),
            NmfCommand.Create(shell),
            WorkerCommand.Create(shell),
            EncodeCommand.Create(shell),
            InspectCommand.Create(shell),
            PruneCommand.Create(shell),
            CheckCommand.Create(shell),
            ShrinkCommand.Create(shell),
            TuneCommand.Create(shell),
            EvalCommand.Create(shell),
        };
}
