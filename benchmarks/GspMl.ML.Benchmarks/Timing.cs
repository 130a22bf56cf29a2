using System.Diagnostics;

namespace GspMl.ML.Benchmarks;

internal static class Timing
{
    /// <summary>The median time of each action in seconds; they take turns, so that a busy machine is busy for all of them.</summary>
    public static double[] Medians(int runs, params Action[] actions)
    {
        var times = actions.Select(_ => new List<double>()).ToArray();
        foreach (var action in actions) action();
        for (var run = 0; run < runs; run++)
        {
            for (var i = 0; i < actions.Length; i++)
            {
                var watch = Stopwatch.StartNew();
                actions[i]();
                times[i].Add(watch.Elapsed.TotalSeconds);
            }
        }
        return [.. times.Select(list => list.Order().ElementAt(list.Count / 2))];
    }
}
