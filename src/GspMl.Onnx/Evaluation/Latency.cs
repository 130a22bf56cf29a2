using GspMl.Collections;

namespace GspMl.Onnx;

/// <summary>How long one run takes.</summary>
/// <param name="BatchSize">Rows in the run.</param>
/// <param name="Milliseconds">The time of a run in every round, in their order, in milliseconds: the mean of the runs that fill 2 ms, at
/// least one. At least one round.</param>
public sealed record Latency(int BatchSize, IReadOnlyList<double> Milliseconds)
{
    /// <summary>The time of a run in every round, in their order, in milliseconds.</summary>
    public IReadOnlyList<double> Milliseconds { get; init => field = ContentList.Of(value); } = ContentList.Of(Milliseconds);

    /// <summary>The median of the rounds, in milliseconds.</summary>
    public double MedianMilliseconds => Median([.. Milliseconds.Order()]);

    /// <summary>How many rounds were timed.</summary>
    public int Runs => Milliseconds.Count;

    internal static double Median(IReadOnlyList<double> sorted) => (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
}

/// <summary>
/// How the latencies of two models compare that were timed in turns: the ratio candidate to baseline of every round, so that what slows a
/// round down slows both.
/// </summary>
/// <param name="Median">The median ratio; under 1 the candidate is faster.</param>
/// <param name="Interval">Its confidence interval, by the sign test; under six rounds the smallest and the largest ratio.</param>
public sealed record LatencyRatio(double Median, Interval Interval)
{
    /// <summary>Whether the timings show any difference: the interval leaves 1 out.</summary>
    public bool IsMeasurable => !Interval.Contains(1);

    /// <summary>Null where either was not timed, or not as often as the other, or on other batches.</summary>
    internal static LatencyRatio? Of(Latency? baseline, Latency? candidate)
    {
        if (baseline is null || candidate is null || (baseline.Runs, baseline.BatchSize) != (candidate.Runs, candidate.BatchSize))
            return null;
        var ratios = candidate.Milliseconds.Zip(baseline.Milliseconds, (c, b) => c / b).Order().ToList();
        return new(Latency.Median(ratios), Interval.OfMedian(ratios));
    }
}
