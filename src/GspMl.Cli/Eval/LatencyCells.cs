using GspMl.Cli.Text;

namespace GspMl.Cli.Eval;

/// <summary>The columns of a table that hold latencies: one a batch size, and on a GPU a second that leaves the copies out.</summary>
internal static class LatencyCells
{
    public static IEnumerable<string> Columns(EvalResult result)
    {
        string[] sizes = ["1 row", $"{result.Model.BatchSize} rows"];
        return OnDevice(result) ? sizes.SelectMany(size => new[] { size, $"{size}, no copies" }) : sizes;
    }

    public static IEnumerable<string> Cells(EvalResult result, EvaluatedModel model) => OnDevice(result)
        ? [Format.Milliseconds(model.MillisecondsPerRow), Format.Milliseconds(model.MillisecondsPerRowOnDevice),
            Format.Milliseconds(model.MillisecondsPerBatch), Format.Milliseconds(model.MillisecondsPerBatchOnDevice)]
        : [Format.Milliseconds(model.MillisecondsPerRow), Format.Milliseconds(model.MillisecondsPerBatch)];

    public static string Explanation(EvalResult result) =>
        "latencies are medians after warm-up" + (OnDevice(result)
            ? "; those without copies have inputs and outputs in the GPU's memory" : "");

    private static bool OnDevice(EvalResult result) => result.Models.Any(model => model.MillisecondsPerRowOnDevice is not null);
}
