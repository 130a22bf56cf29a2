using GspMl.Cli.Text;

namespace GspMl.Cli.Eval;

/// <summary>The columns of a table that hold latencies: one a batch size, and on a GPU a second that leaves the copies out.</summary>
internal static class LatencyCells
{
    public static IEnumerable<string> Columns(EvalResult result)
    {
        if (!IsMeasured(result)) return [];
        string[] sizes = ["1 row", Format.Count(result.Model.BatchSize ?? 1, "row")];
        return OnDevice(result) ? sizes.SelectMany(size => new[] { size, $"{size}, no copies" }) : sizes;
    }

    public static IEnumerable<string> Cells(EvalResult result, EvaluatedModel model) => !IsMeasured(result) ? [] : OnDevice(result)
        ? [Format.Milliseconds(model.MillisecondsPerRow), Format.Milliseconds(model.MillisecondsPerRowOnDevice),
            Format.Milliseconds(model.MillisecondsPerBatch), Format.Milliseconds(model.MillisecondsPerBatchOnDevice)]
        : [Format.Milliseconds(model.MillisecondsPerRow), Format.Milliseconds(model.MillisecondsPerBatch)];

    /// <summary>What the columns hold; nothing where there are none.</summary>
    public static string Explanation(EvalResult result) => !IsMeasured(result) ? "" :
        "; latencies are medians after warm-up" + (OnDevice(result)
            ? "; those without copies have inputs and outputs in the GPU's memory" : "");

    private static bool IsMeasured(EvalResult result) => result.Model.MillisecondsPerRow is not null;

    private static bool OnDevice(EvalResult result) => result.Models.Any(model => model.MillisecondsPerRowOnDevice is not null);
}
