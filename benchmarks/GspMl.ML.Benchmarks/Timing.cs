using System.Diagnostics;

namespace GspMl.ML.Benchmarks;

internal static class Timing
{
    /// <summary>
    /// The least time of each action in seconds: what other programs take from the machine can only add to it. The actions take turns, so
    /// that a busy machine is busy for all of them.
    /// </summary>
    public static double[] Least(int runs, params Action[] actions)
    {
        var times = actions.Select(_ => double.PositiveInfinity).ToArray();
        foreach (var action in actions) action();
        for (var run = 0; run < runs; run++)
        {
            for (var i = 0; i < actions.Length; i++)
            {
                var watch = Stopwatch.StartNew();
                actions[i]();
                times[i] = Math.Min(times[i], watch.Elapsed.TotalSeconds);
            }
        }
        return times;
    }

    /// <summary>The mean processor time of each action in seconds, all threads together; the actions take turns.</summary>
    public static double[] Processor(int runs, params Action[] actions)
    {
        using var self = Process.GetCurrentProcess();
        var times = new double[actions.Length];
        for (var run = 0; run < runs; run++)
        {
            for (var i = 0; i < actions.Length; i++)
            {
                self.Refresh();
                var before = self.TotalProcessorTime;
                actions[i]();
                self.Refresh();
                times[i] += (self.TotalProcessorTime - before).TotalSeconds / runs;
            }
        }
        return times;
    }
}
