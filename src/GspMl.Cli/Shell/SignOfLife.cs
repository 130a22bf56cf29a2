using System.Diagnostics;
using GspMl.Cli.Text;

namespace GspMl.Cli.Shell;

/// <summary>
/// Says that a command is still at work, how long in all and at what, where it has said nothing for a while. The longer it is at work, the
/// rarer: a sign doubles the time before the next, but no silence is longer than a few minutes.
/// </summary>
internal sealed class SignOfLife : IDisposable
{
    private static readonly TimeSpan LeastSilence = TimeSpan.FromSeconds(9);
    private static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(5);

    private readonly Timer timer;

    /// <param name="messages">Where it is said.</param>
    /// <param name="leastSilence">After how long first; null for nine seconds.</param>
    public SignOfLife(Messages messages, TimeSpan? leastSilence = null)
    {
        var (start, least) = (Stopwatch.GetTimestamp(), leastSilence ?? LeastSilence);
        var (last, next) = (start, least);
        timer = new(_ =>
        {
            var (time, silence) = (Stopwatch.GetElapsedTime(start), Stopwatch.GetElapsedTime(Math.Max(last, messages.LastSaid)));
            if (silence < least || (time < next && silence < LongestSilence)) return;
            (last, next) = (Stopwatch.GetTimestamp(), 2 * time);
            messages.WriteSign(Text(time, messages.Step));
        }, null, least / 4, least / 4);
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
