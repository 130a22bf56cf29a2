namespace GspMl.Onnx.Evaluation;

/// <summary>The latencies of one model.</summary>
internal sealed record Latencies(Latency? SingleRow, Latency? Batched, Latency? SingleRowOnDevice, Latency? BatchedOnDevice)
{
    /// <summary>Nothing was measured.</summary>
    public static Latencies None { get; } = new(null, null, null, null);

    /// <summary>Of several models, in turns.</summary>
    public static IReadOnlyList<Latencies> Measure(IReadOnlyList<ModelRun> runs, EvaluationOptions options, CancellationToken cancel)
    {
        var single = InTurns(runs, 1, (run, rows) => run.Time(rows), options, cancel);
        var batched = InTurns(runs, options.BatchSize, (run, rows) => run.Time(rows), options, cancel);
        var singleOnDevice = InTurns(runs, 1, (run, rows) => run.TimeOnDevice(rows), options, cancel);
        var batchedOnDevice = InTurns(runs, options.BatchSize, (run, rows) => run.TimeOnDevice(rows), options, cancel);
        return [.. runs.Select((_, i) => new Latencies(single[i], batched[i], singleOnDevice[i], batchedOnDevice[i]))];
    }

    private static Latency?[] InTurns(IReadOnlyList<ModelRun> runs, int batchSize, Func<ModelRun, int, TimeSpan?> time,
        EvaluationOptions options, CancellationToken cancel)
    {
        var times = runs.Select(_ => new List<double>()).ToList();
        for (var round = -options.WarmUpRuns; round < options.LatencyRuns && options.LatencyRuns > 0; round++)
        {
            cancel.ThrowIfCancellationRequested();
            options.Progress?.Report(
                new(EvaluationStep.Timing, round + options.WarmUpRuns, options.WarmUpRuns + options.LatencyRuns));
            for (var turn = 0; turn < runs.Count; turn++)
            {
                // Every other round the other way about: whoever runs second finds caches and threads as the first left them.
                var i = round % 2 == 0 ? turn : runs.Count - 1 - turn;
                if (time(runs[i], batchSize) is not { } elapsed) return new Latency?[runs.Count];
                if (round >= 0) times[i].Add(elapsed.TotalMilliseconds);
            }
        }
        return [.. runs.Zip(times, (run, elapsed) => elapsed.Count == 0 ? null : new Latency(run.RowsOf(batchSize), elapsed))];
    }
}
