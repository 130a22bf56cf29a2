using System.Diagnostics;
using GspMl.Cli.Text;

namespace GspMl.Cli.Shell;

/// <summary>
/// Says that a command is still at work, how long in all and at what, where it has said nothing for a while; again only after twice that
/// silence, four times, and so on, until the command says something itself.
/// </summary>
internal sealed class SignOfLife : IDisposable
{
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(9);

    private readonly Timer timer;

    /// <param name="messages">Where it is said.</param>
    /// <param name="longestSilence">After how long first; null for nine seconds.</param>
    public SignOfLife(Messages messages, TimeSpan? longestSilence = null)
    {
        var (start, first) = (Stopwatch.GetTimestamp(), longestSilence ?? LongestSilence);
        var (next, said) = (first, messages.LastSaid);
        timer = new(_ =>
        {
            if (said != messages.LastSaid) (next, said) = (first, messages.LastSaid);
            if (Stopwatch.GetElapsedTime(said) < next) return;
            next *= 2;
            messages.WriteSign(Text(Stopwatch.GetElapsedTime(start), messages.Step));
        }, null, first / 4, first / 4);
    }

    private static string Text(TimeSpan time, string? step)
        => Printable.Short($"at work for {Format.Duration(time)}{(step is null ? "" : $": {step}")} …", Printable.MostInLine);

    /// <summary>Says no more.</summary>
    public void Dispose()
    {
        using var ended = new ManualResetEvent(false);
        if (timer.Dispose(ended)) ended.WaitOne();
    }
}
