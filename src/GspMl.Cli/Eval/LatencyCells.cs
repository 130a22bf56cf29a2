using GspMl.Cli.Text;

namespace GspMl.Cli.Eval;

/// <summary>The columns of a table that hold latencies: one a batch size, and on a GPU a second that leaves the copies out.</summary>
internal static class LatencyCells
{
    // Under six rounds no two of them are apart by 95 %.
    private const int LeastForInterval = 6;

    /// <summary>Whether batches were timed that are more than a row: some models take one row alone.</summary>
    public static bool HasBatches(EvaluatedModel model) => model is { MillisecondsPerBatch: not null, BatchSize: > 1 };

    /// <summary>Whether so many rounds tell an interval.</summary>
    public static bool TellInterval(int rounds) => rounds >= LeastForInterval;

    /// <summary>What the ends of a whisker are.</summary>
    public static string Intervals(int rounds) => TellInterval(rounds) ? "95 % intervals of the median"
        : $"the least and the most of {Format.Count(rounds, "round")}, which are too few for an interval";

    public static IEnumerable<string> Columns(EvalResult result)
    {
        if (!IsMeasured(result)) return [];
        string[] sizes = ["1 row", .. HasBatches(result.Model) ? new[] { Format.Count(result.Model.BatchSize ?? 1, "row") } : []];
        return OnDevice(result) ? sizes.SelectMany(size => new[] { size, $"{size}, no copies" }) : sizes;
    }

    public static IEnumerable<string> Cells(EvalResult result, EvaluatedModel model)
    {
        if (!IsMeasured(result)) return [];
        double?[] single = [model.MillisecondsPerRow, model.MillisecondsPerRowOnDevice];
        double?[] batched = HasBatches(result.Model) ? [model.MillisecondsPerBatch, model.MillisecondsPerBatchOnDevice] : [];
        return single.Concat(batched).Where((_, i) => i % 2 == 0 || OnDevice(result)).Select(Format.Milliseconds);
    }

    /// <summary>What the columns hold; nothing where there are none.</summary>
    public static string Explanation(EvalResult result) => !IsMeasured(result) ? "" :
        $"; latencies are medians of {Format.Count(result.Model.RowTimes.Count, "round")} after warm-up" + (OnDevice(result)
            ? "; those without copies have inputs and outputs in the GPU's memory" : "");

    private static bool IsMeasured(EvalResult result) => result.Model.MillisecondsPerRow is not null;

    private static bool OnDevice(EvalResult result) => result.Models.Any(model => model.MillisecondsPerRowOnDevice is not null);
}
