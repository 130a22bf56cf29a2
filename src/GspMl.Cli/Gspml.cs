using System.CommandLine;
using System.CommandLine.Invocation;
using GspMl.Cli.Check;
using GspMl.Cli.Cluster;
using GspMl.Cli.Demo;
using GspMl.Cli.Encode;
using GspMl.Cli.Guarding;
using GspMl.Cli.Eval;
using GspMl.Cli.Inspect;
using GspMl.Cli.Nmf;
using GspMl.Cli.Projection;
using GspMl.Cli.Prune;
using GspMl.Cli.Recipes;
using GspMl.Cli.Shell;
using GspMl.Cli.Shrink;
using GspMl.Cli.Sweep;
using GspMl.Cli.Text;
using GspMl.Cli.Tune;
using GspMl.Cli.Usage;

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
        var shell = new CommandShell(output, error) { Explained = MemoryLimit.Explained };
        try { arguments = RecipeOptions.Expanded(arguments, words => Parse(words, shell)); }
        catch (CommandException e)
        {
            await error.WriteLineAsync($"gspml: {Printable.Short(e.Message, Printable.MostInLine)}").ConfigureAwait(false);
            return e.ExitCode;
        }
        var parsed = Parse(arguments, shell);
        // What is wrong is a message; what reads results gets nothing. Help and completion take unfinished lines as they are.
        if (parsed.Action is null or ParseErrorAction)
        {
            WrongUsage.Explain(parsed, error);
            return ExitCode.WrongUsage;
        }
        var invocation = new InvocationConfiguration
        {
            Output = output,
            Error = error,
            EnableDefaultExceptionHandler = false,
            // Signals are the process's affair (Interruption); two at once are more than the parser's own handler bears.
            ProcessTerminationTimeout = null,
        };
        return await parsed.InvokeAsync(invocation, cancel).ConfigureAwait(false);
    }

    /// <summary>What a command line says, without running it.</summary>
    public static ParseResult Parse(IReadOnlyList<string> arguments, CommandShell shell)
    {
        var root = CreateRoot(shell);
        HelpWithExamples.AddTo(root);
        // A file may be called @x; what the parser would read out of it, nobody here has written.
        return root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
    }

    private static RootCommand CreateRoot(CommandShell shell) =>
        new("Grouped sparse projection: prune ONNX models, project matrices, judge the result.")
        {
            shell.Format,
            shell.Quiet,
            shell.Verbose,
            MemoryLimit.Create(),
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
            SweepCommand.Create(shell),
        };
}
