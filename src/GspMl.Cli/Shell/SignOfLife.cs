using System.Diagnostics;
using GspMl.Cli.Text;

namespace GspMl.Cli.Shell;

/// <summary>Says that a command is still at work where it has said nothing for a while.</summary>
internal sealed class SignOfLife : IDisposable
{
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(9);

    private readonly Timer timer;

    /// <param name="messages">Where it is said.</param>
    /// <param name="longestSilence">After how long; null for nine seconds.</param>
    public SignOfLife(Messages messages, TimeSpan? longestSilence = null)
    {
        var (start, silence) = (Stopwatch.GetTimestamp(), longestSilence ?? LongestSilence);
        timer = new(_ =>
        {
            if (messages.Silence < silence) return;
            // Over a bar that is drawn in place.
            messages.WriteLine($"{(messages.IsDrawn ? "\r" : "")}at work for {Format.Duration(Stopwatch.GetElapsedTime(start))} …");
        }, null, silence / 4, silence / 4);
    }

    /// <summary>Says no more.</summary>
    public void Dispose()
    {
        using var ended = new ManualResetEvent(false);
        if (timer.Dispose(ended)) ended.WaitOne();
    }
}
