using System.CommandLine;
using GspMl.Cli.Text;
using GspMl.Onnx;
using GspMl.Onnx.Files;
using Spectre.Console;

namespace GspMl.Cli.Shell;

/// <summary>What every command shares: the output format, where results and messages go, and which error ends in which exit code.</summary>
internal sealed class CommandShell(TextWriter output, TextWriter error)
{
    private const int WidthWithoutTerminal = 200;
    private const string Endless = "worker";

    // A narrow terminal wraps a long line itself; a table cut to its width would lose what stands at the end of each cell.
    private const int LeastWidth = 120;

    /// <summary>The option <c>--format text|json</c>, known to every command.</summary>
    public Option<string> Format { get; } = CreateFormat();

    /// <summary>The option <c>--quiet</c>, known to every command.</summary>
    public Option<bool> Quiet { get; } = new("--quiet", "-q")
    {
        Description = "Say nothing but results and errors: no progress, no notes.",
        Recursive = true,
    };

    /// <summary>The option <c>--verbose</c>, known to every command.</summary>
    public Option<bool> Verbose { get; } = new("--verbose")
    {
        Description = "Tell the reasons too: why layers were left alone, what was chosen and by which measure.",
        Recursive = true,
    };

    /// <summary>Progress and messages of the command that runs; results and errors never go here.</summary>
    public Messages Messages { get; private set; } = new(error, isQuiet: false);

    /// <summary>Adds to an error's message what this process knows of it.</summary>
    public Func<Exception, string, string> Explained { get; init; } = (_, message) => message;

    /// <summary>Makes <paramref name="run"/> the action of <paramref name="command"/>.</summary>
    public Command Runs(Command command, Func<ParseResult, CancellationToken, Task<CommandResult>> run)
    {
        command.SetAction(async (parsed, cancel) =>
        {
            try
            {
                if (parsed.GetValue(Quiet) && parsed.GetValue(Verbose))
                    throw CommandException.Usage("--quiet and --verbose exclude each other.");
                Messages = new(error, parsed.GetValue(Quiet), parsed.GetValue(Verbose));
                NamedTwice.Refuse(parsed);
                var result = await Alive(command, () => run(parsed, cancel)).ConfigureAwait(false);
                Write(result, Choice.Read<OutputFormat>(parsed, Format), Results(parsed));
                return result.ExitCode;
            }
            catch (Exception e)
            {
                var (code, message) = Explain(e);
                message = Explained(e, message);
                // A trace keeps its lines; all else is text from anywhere.
                var line = code == ExitCode.InternalError ? message : Printable.Short(message, Printable.MostInLine);
                await error.WriteLineAsync($"gspml {command.Name}: {line}").ConfigureAwait(false);
                return code;
            }
        });
        return command;
    }

    /// <inheritdoc cref="Runs(Command, Func{ParseResult, CancellationToken, Task{CommandResult}})"/>
    public Command Runs(Command command, Func<ParseResult, CancellationToken, CommandResult> run) =>
        Runs(command, (parsed, cancel) => Task.Run(() => run(parsed, cancel), cancel));

    private async Task<CommandResult> Alive(Command command, Func<Task<CommandResult>> run)
    {
        // What waits for others has nothing to say, for as long as that takes.
        using var sign = Messages.IsShown && command.Name != Endless ? new SignOfLife(Messages) : null;
        return await run().ConfigureAwait(false);
    }

    private static Option<string> CreateFormat()
    {
        var format = Choice.Of("--format", "How the result is written: a table for people, or one JSON object.", "text", "json");
        format.Recursive = true;
        return format;
    }

    /// <summary>Where results go: to standard output, unless a file of the command goes there.</summary>
    private TextWriter Results(ParseResult parsed) => parsed.Tokens.Any(token => OpenFiles.IsStandardOutput(token.Value)) ? error : output;

    private static void Write(CommandResult result, OutputFormat format, TextWriter output)
    {
        if (format == OutputFormat.Json)
        {
            output.WriteLine(result.ToJson());
            return;
        }
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });
        console.Profile.Width = Console.IsOutputRedirected || output != Console.Out
            ? WidthWithoutTerminal : Math.Max(console.Profile.Width, LeastWidth);
        result.WriteText(new WideConsole(console));
    }

    private static (int Code, string Message) Explain(Exception e) => e switch
    {
        CommandException command => (command.ExitCode, command.Message),
        NothingMatchedException => (ExitCode.NothingToDo, e.Message),
        OnnxModelException or ProviderUnavailableException => (ExitCode.BadInput, e.Message),
        // Where it is not caught beside the model's name, it is still the model or the machine that failed it.
        Microsoft.ML.OnnxRuntime.OnnxRuntimeException => (ExitCode.BadInput, $"ONNX Runtime failed: {e.Message}"),
        OperationCanceledException => (ExitCode.Cancelled, "cancelled; nothing was written."),
        IOException or UnauthorizedAccessException => (ExitCode.BadInput, e.Message),
        OutOfMemoryException => (ExitCode.BadInput, "the data does not fit into memory."),
        _ => (ExitCode.InternalError, $"unexpected error, please report it: {e}"),
    };
}
