using System.Diagnostics;

namespace GspMl.Tests.Shared;

/// <summary>Sixteen threads at once. GSPML_LOAD_SECONDS says for how long, where it is set; else each does its work once.</summary>
internal static class Threads16
{
    private const int Count = 16;

    private static readonly TimeSpan Time = TimeSpan.FromSeconds(
        int.TryParse(Environment.GetEnvironmentVariable("GSPML_LOAD_SECONDS"), out var seconds) ? seconds : 0);

    /// <summary>Runs the work on each thread, over and over, and throws what any of them threw.</summary>
    public static void Run(Action<int> work)
    {
        var errors = new Exception?[Count];
        var start = Stopwatch.GetTimestamp();
        var threads = Enumerable.Range(0, Count).Select(i => new Thread(() =>
        {
            try
            {
                do work(i);
                while (Stopwatch.GetElapsedTime(start) < Time);
            }
            catch (Exception e) { errors[i] = e; }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        if (errors.FirstOrDefault(error => error is not null) is { } first) throw new AggregateException(first);
    }
}
