using System.Diagnostics;
using GspMl.Factorization;

namespace GspMl.Benchmarks.Distributed;

/// <summary>CPU seconds of the process, of which a fit's start is taken off by a second fit with fewer iterations.</summary>
internal static class Cpu
{
    /// <summary>The least CPU seconds of an iteration of either fit, in rounds that take turns.</summary>
    public static (double First, double Second) OfIterations(
        int rounds, int fewer, int more, Action<NmfOptions> first, Action<NmfOptions> second)
    {
        var least = (First: double.PositiveInfinity, Second: double.PositiveInfinity);
        for (var round = 0; round <= rounds; round++)
        {
            var (a, b) = (OfIteration(first, fewer, more), OfIteration(second, fewer, more));
            if (round > 0) least = (Math.Min(least.First, a), Math.Min(least.Second, b)); // the first round compiles
        }
        return least;
    }

    /// <summary>The CPU seconds of an iteration, on one thread.</summary>
    public static double OfIteration(Action<NmfOptions> fit, int fewer, int more, int rank = ClusterData.Rank)
    {
        var options = new NmfOptions { Rank = rank, Tolerance = 0, MaxThreads = 1, Seed = 1 };
        var few = Of(() => fit(options with { MaxIterations = fewer }));
        var many = Of(() => fit(options with { MaxIterations = more }));
        return (many - few) / (more - fewer);
    }

    private static double Of(Action action)
    {
        using var process = Process.GetCurrentProcess();
        var before = process.TotalProcessorTime;
        action();
        process.Refresh();
        return (process.TotalProcessorTime - before).TotalSeconds;
    }
}
