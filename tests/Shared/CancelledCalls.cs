using System.Diagnostics;

namespace GspMl.Tests.Shared;

/// <summary>A call that is cancelled at moments that nobody chose. GSPML_CANCELS says how often, where it is set.</summary>
internal static class CancelledCalls
{
    private static readonly int Times = int.TryParse(Environment.GetEnvironmentVariable("GSPML_CANCELS"), out var times) ? times : 2;

    /// <summary>
    /// Runs it to its end twice, the second time to see how long it takes, then again and again, cancelled on the way. It ends as such or
    /// with its result; anything else it throws comes through.
    /// </summary>
    /// <returns>How often it was cancelled, and how long that took at most, for whoever reads it on a quiet machine.</returns>
    public static string Of(Action<CancellationToken> call)
    {
        Timed(call, Timeout.InfiniteTimeSpan);
        var whole = Timed(call, Timeout.InfiniteTimeSpan).Took;
        var (random, slowest, cancelled) = (new Random(22), TimeSpan.Zero, 0);
        for (var i = 0; i < Times; i++)
        {
            var after = whole * random.NextDouble();
            var (took, isCancelled) = Timed(call, after);
            if (!isCancelled) continue;
            cancelled++;
            slowest = TimeSpan.FromTicks(Math.Max(slowest.Ticks, (took - after).Ticks));
        }
        return $"{whole.TotalSeconds:F2} s whole; {cancelled} of {Times} cancelled, the slowest "
            + $"{slowest.TotalSeconds:F2} s after it was asked";
    }

    private static (TimeSpan Took, bool IsCancelled) Timed(Action<CancellationToken> call, TimeSpan after)
    {
        using var source = new CancellationTokenSource();
        var start = Stopwatch.GetTimestamp();
        if (after != Timeout.InfiniteTimeSpan) source.CancelAfter(after);
        try { call(source.Token); }
        catch (OperationCanceledException) when (source.IsCancellationRequested) { return (Stopwatch.GetElapsedTime(start), true); }
        return (Stopwatch.GetElapsedTime(start), false);
    }
}
