using System.Diagnostics;
using System.Runtime.InteropServices;
using GspMl.Cli.Shell;
using GspMl.Onnx.Files;
using GspMl.Onnx.Writing;

namespace GspMl.Cli.Guarding;

/// <summary>
/// Runs the command in a second process, whose death is an error message. ONNX Runtime's native code runs what a model tells it to; a
/// hostile one can end its process, or ask for all memory. This process has read nothing of the model: it starts the other, hands signals
/// on, waits, and clears up where the other could not. It costs one start of the runtime (docs/trust.md has the figure).
/// </summary>
internal sealed class GuardedRun(IReadOnlyList<string> arguments)
{
    /// <summary>Set for the second process, to the first one's number.</summary>
    public const string Mark = "GSPML_GUARDED_BY";

    private const int SignalBase = 128;

    // All that hand a model to the native runtime.
    private static readonly string[] Commands = ["prune", "shrink", "tune", "eval", "sweep"];

    private static readonly string[] OfOutputs =
        ["-o", "--output", "--out", "--output-folder", "--report", "--picture", "--save-recipe"];

    /// <summary>Whether a command line is run so: those that run models, and all with a limit of memory.</summary>
    public static bool IsWanted(IReadOnlyList<string> arguments) => Environment.GetEnvironmentVariable(Mark) is null
        && (arguments.Any(Commands.Contains) || MemoryLimit.IsGiven(arguments));

    /// <summary>Runs it to its end, on the calling thread: on Linux the second process ends with the thread that started it.</summary>
    /// <returns>Its exit code, or <see cref="ExitCode.BadInput"/> where it died.</returns>
    public int Run(TextWriter messages)
    {
        using var folder = new OwnTemporaries();
        using var process = Process.Start(Start(folder.Path))!;
        using var signals = new ForwardedSignals(process);
        process.WaitForExit();
        if (Death(process.ExitCode, MemoryLimit.Told(arguments)) is not { } death) return process.ExitCode;
        ClearUp();
        messages.WriteLine($"gspml {arguments[0]}: {death}");
        return ExitCode.BadInput;
    }

    /// <summary>What a process died of; null where it ended by itself. Unix says it by codes over 128, Windows by an error's
    /// number.</summary>
    /// <param name="code">Its exit code.</param>
    /// <param name="limit">The limit of memory that it was given; null for none.</param>
    internal static string? Death(int code, string? limit = null) => code switch
    {
        SignalBase + 9 => "the process that did the work was killed, as systems do when memory runs out; no output is half written. "
            + (limit is null ? "--max-memory bounds it." : $"{limit} is more than there was."),
        SignalBase + 4 or SignalBase + 5 or SignalBase + 6 or SignalBase + 7 or SignalBase + 8 or SignalBase + 11 or SignalBase + 31
            => $"running the model ended the process that did it (signal {code - SignalBase}); {Fault(limit)}",
        < -1 => $"running the model ended the process that did it (0x{code:X8}); {Fault(limit)}",
        _ => null,
    };

    private static string Fault(string? limit) => "no output is half written. The model is damaged or hostile, or ONNX Runtime has a fault"
        + (limit is null ? "." : $", or {limit} was not enough.");

    private ProcessStartInfo Start(string temporaries)
    {
        var program = Environment.ProcessPath!;
        var isHost = Path.GetFileNameWithoutExtension(program).Equals("dotnet", StringComparison.OrdinalIgnoreCase);
        var start = new ProcessStartInfo(program, isHost ? [Environment.GetCommandLineArgs()[0], .. arguments] : arguments);
        start.Environment[Mark] = $"{Environment.ProcessId}";
        start.Environment[OperatingSystem.IsWindows() ? "TMP" : "TMPDIR"] = temporaries;
        MemoryLimit.Announce(arguments, start.Environment);
        return start;
    }

    /// <summary>Removes what the dead run left where its outputs were to go.</summary>
    private void ClearUp()
    {
        for (var i = 1; i < arguments.Count; i++)
        {
            if (!OfOutputs.Contains(arguments[i - 1])) continue;
            // Beside a file; in a folder.
            var output = Path.GetFullPath(arguments[i]);
            foreach (var folder in new[] { Path.GetDirectoryName(output), output })
                if (Directory.Exists(folder)) Leftovers.Remove(folder, Disk.Local, DataReaders.Unread);
        }
    }

    /// <summary>A folder for the temporary files of the second process, gone with it.</summary>
    private sealed class OwnTemporaries : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("gspml-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }

    /// <summary>
    /// Hands on what asks this process to end. At a terminal both processes are asked; a second signal says nothing new
    /// (<see cref="Interruption"/>).
    /// </summary>
    private sealed class ForwardedSignals : IDisposable
    {
        private readonly PosixSignalRegistration[] registrations;

        public ForwardedSignals(Process process)
        {
            void HandOn(PosixSignalContext context, int number)
            {
                context.Cancel = true;
                if (!OperatingSystem.IsWindows()) _ = LibC.Kill(process.Id, number);
            }
            registrations =
            [
                PosixSignalRegistration.Create(PosixSignal.SIGINT, context => HandOn(context, 2)),
                PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => HandOn(context, 15)),
                PosixSignalRegistration.Create(PosixSignal.SIGHUP, context => HandOn(context, 1)),
            ];
        }

        public void Dispose() => Array.ForEach(registrations, registration => registration.Dispose());
    }
}
