using System.Diagnostics;

namespace GspMl.Benchmarks;

/// <summary>Times of things run in turn, the least of several rounds, since whatever else happens on the machine only adds.</summary>
internal static class Measured
{
    /// <summary>The least seconds of each action, over rounds in which each runs once, after one round that does not count.</summary>
    public static double[] Best(int rounds, params Action[] actions)
    {
        foreach (var action in actions) action();
        var times = actions.Select(_ => new List<double>()).ToArray();
        for (var round = 0; round < rounds; round++)
        {
            for (var i = 0; i < actions.Length; i++) times[i].AddRange(Times(1, actions[i]));
        }
        return [.. times.Select(of => of.Min())];
    }

    /// <summary>The seconds of each of several calls in a row.</summary>
    public static IEnumerable<double> Times(int calls, Action action)
    {
        for (var call = 0; call < calls; call++)
        {
            var watch = Stopwatch.StartNew();
            action();
            yield return watch.Elapsed.TotalSeconds;
        }
    }

    /// <summary>The least seconds a call takes on average, over batches of many calls.</summary>
    public static double Each(int calls, int batches, Action action)
    {
        for (var i = 0; i < calls; i++) action();
        var times = new List<double>();
        for (var batch = 0; batch < batches; batch++)
        {
            var watch = Stopwatch.StartNew();
            for (var i = 0; i < calls; i++) action();
            times.Add(watch.Elapsed.TotalSeconds / calls);
        }
        return times.Min();
    }
}
