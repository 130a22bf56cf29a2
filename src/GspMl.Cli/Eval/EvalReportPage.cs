using GspMl.Cli.Html;
using GspMl.Cli.Text;

namespace GspMl.Cli.Eval;

/// <summary>The HTML report of a judgement.</summary>
internal static class EvalReportPage
{
    public static HtmlPage Of(EvalResult result)
    {
        var page = new HtmlPage($"Judgement of {Path.GetFileName(result.Model.Model)}");
        page.Paragraph($"{result.Model.Rows} rows on {result.Model.Provider}{(result.Model.ProviderNote is { } note ? $" ({note})" : "")}. Latencies are medians after warm-up, the models measured in turn.");
        page.Table(["<model", "accuracy", "1 row", $"{result.Model.BatchSize} rows", "bytes", "gzipped"], Models(result).Select(Row));
        if (result.Drift is { } drift)
        {
            page.Heading("Drift").Table(["<measure", "value"],
            [
                ["same class as the baseline", HtmlCell.Bar(drift.Agreement)],
                ["output difference, RMS", $"{drift.RmsDifference:G4}"],
                ["output difference, most", $"{drift.MaxDifference:G4}"],
            ]);
        }
        if (result.MaxAccuracyDrop is { } limit)
            page.Heading("Quality gate").Paragraph($"Accuracy drop {result.AccuracyDrop:F2} points, limit {limit:F2}: {(result.GateFailed ? "failed" : "passed")}.");
        return page;
    }

    private static IEnumerable<EvaluatedModel> Models(EvalResult result) => result.Baseline is null ? [result.Model] : [result.Baseline, result.Model];

    private static IReadOnlyList<HtmlCell> Row(EvaluatedModel model) =>
    [
        model.Model, Format.Percent(model.Accuracy), Format.Milliseconds(model.MillisecondsPerRow), Format.Milliseconds(model.MillisecondsPerBatch),
        $"{model.Bytes:N0}", model.GzipBytes is { } gzipped ? $"{gzipped:N0}" : "–",
    ];
}
