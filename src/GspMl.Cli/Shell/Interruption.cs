using System.Runtime.InteropServices;

namespace GspMl.Cli.Shell;

/// <summary>
/// Ends the work where the process is asked to end: by Ctrl-C, or by a signal of the system. All that come after the first say nothing new,
/// so any number of them at once do no harm. Work that does not look up in time is left: outputs are whole or not there.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private static readonly PosixSignal[] Signals = [PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP];

    private readonly CancellationTokenSource source = new();
    private readonly List<PosixSignalRegistration> registrations;
    private readonly TimeSpan patience;
    private readonly Action<int> exit;
    private int asked;

    /// <param name="patience">How long the work may take to look up.</param>
    /// <param name="exit">Ends the process with an exit code.</param>
    public Interruption(TimeSpan patience, Action<int> exit)
    {
        (this.patience, this.exit) = (patience, exit);
        registrations = [.. Signals.Select(signal => PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            Ask();
        }))];
    }

    /// <summary>Cancelled once the process is asked to end.</summary>
    public CancellationToken Token => source.Token;

    /// <summary>Asks the work to end.</summary>
    public void Ask()
    {
        if (Interlocked.Exchange(ref asked, 1) != 0) return;
        // Callbacks of the work run elsewhere: what they throw is not this thread's, which has no one to catch it.
        _ = source.CancelAsync();
        _ = Task.Delay(patience).ContinueWith(_ => exit(ExitCode.Cancelled), TaskScheduler.Default);
    }

    public void Dispose() => registrations.ForEach(registration => registration.Dispose());
}
