using GspMl.Cli.Html;
using GspMl.Cli.Text;
using GspMl.Onnx;

namespace GspMl.Cli.Eval;

/// <summary>The HTML report of a judgement.</summary>
internal static class EvalReportPage
{
    private const int RowsShown = 100;

    public static HtmlPage Of(EvalResult result)
    {
        var page = new HtmlPage($"Judgement of {Path.GetFileName(result.Model.Model)}");
        page.Verdict(Verdict(result), result.Gates.Count == 0 ? null : !result.GateFailed);
        page.Paragraph($"{result.Model.Rows} rows on {Where.Of(result.Model)}{LatencyCells.Explanation(result)}. The models were run "
            + "on the same rows, timed in turn.");
        foreach (var sentence in Where.OnCpu(result.Models)) page.Paragraph($"{sentence}.");
        page.Table(["<model", "accuracy", "95 % interval", .. LatencyCells.Columns(result), "bytes", "gzipped"],
            result.Models.Select(model => Row(result, model)));
        if (result.Models.Any(model => model.RowTimes.Count > 0)) page.Figure(TimesChart(result.Models), "Times of single rows.");
        if (result.Comparison is { } comparison) AddComparison(page, comparison);
        if (result.Layers is { } layers) AddLayers(page, layers);
        if (result.Gates.Count > 0)
            page.Heading("Quality gates").Table(["<gate", "value", "limit", "<outcome"],
                result.Gates.Select(gate
                    => Cells(gate.Gate, $"{gate.Value:0.00##}", $"{gate.Limit:0.00##}", gate.Passed ? "passed" : "failed")));
        return page;
    }

    private static string Verdict(EvalResult result)
    {
        var failed = result.Gates.Where(gate => !gate.Passed).ToList();
        var gates = result.Gates.Count == 0 ? "" : failed.Count == 0 ? "Good enough: every gate passed. "
            : $"Not good enough: {string.Join("; ", failed)}. ";
        var accuracy = result.Model.Accuracy is { } right ? $"{Format.Percent(right)} of {result.Model.Rows:N0} rows are right" : null;
        var said = (result.Comparison?.Verdict is [var first, ..] ? first : null) ?? accuracy ?? $"{result.Model.Rows:N0} rows were run";
        return $"{gates}{char.ToUpperInvariant(said[0])}{said[1..].TrimEnd('.')}.";
    }

    private static string TimesChart(IReadOnlyList<EvaluatedModel> models)
    {
        var times = models.SelectMany(model => model.RowTimes).Order().ToList();
        // The slowest tenth of the runs, when something else had the machine, would press the rest together.
        var (low, high) = (times[0], times[(int)(0.9 * (times.Count - 1))]);
        var histogram = new Histogram("Times of single rows", Math.Max(0, low - (0.05 * (high - low))), high + (0.1 * (high - low)) + 1e-9,
            milliseconds => $"{milliseconds:G3} ms");
        string[] colours = ["var(--third)", "var(--first)"];
        return histogram.Svg([.. models.Select((model, i) => (Path.GetFileName(model.Model), colours[^(models.Count - i)],
            histogram.Count(model.RowTimes)))]);
    }

    private static void AddComparison(HtmlPage page, Comparison comparison)
    {
        page.Heading("Against the baseline").List(comparison.Verdict);
        AddJudgements(page, comparison.Judgements);
        if (comparison.Classes.Count > 0) AddClasses(page, comparison.Classes);
        page.Heading("Outputs").Paragraph("The root mean square differences, also as a part of the baseline's own spread over the rows, "
            + "and within the median row and that which 95 % of the rows do not exceed.");
        page.Table(["<output", "RMS", "of the spread", "median row", "95 % of the rows", "largest difference", "worst row"],
            comparison.Outputs.Select(Row));
        if (comparison.ChangedRows.Count > 0) AddRows(page, comparison.ChangedRows);
    }

    private static void AddJudgements(HtmlPage page, IReadOnlyList<OutputJudgement> judgements)
    {
        page.Heading("By what the outputs are for").List(judgements.Select(judgement
            => JudgementWords.Taken(judgement.Name, judgement.Task)));
        page.Table(["<output", "<task", "<measure", "value", "95 % interval", "<remarks"], judgements.SelectMany(Rows));
    }

    private static IEnumerable<HtmlCell[]> Rows(OutputJudgement judgement)
    {
        var remarks = string.Join("; ", JudgementWords.Remarks(judgement));
        return JudgementWords.Measures(judgement).Select((measure, i) => Cells(judgement.Name, JudgementWords.Word(judgement.Task.Task),
            measure.Name, measure.Value, measure.Interval.Length == 0 ? "–" : measure.Interval, i == 0 ? remarks : ""));
    }

    private static void AddLayers(HtmlPage page, IReadOnlyList<LayerDrift> layers)
    {
        page.Heading("Layers").Paragraph("Errors as parts of what the dense layer puts out (root mean squares): inherited is what the "
            + "dense layer makes of the pruned model's values, own what the pruned layer makes of the dense model's, total the pruned "
            + "model against the dense one. Input is how far the values that the layer reads have drifted.");
        page.List(LayerWords.Of(layers));
        page.Figure(LayerChart.Svg(layers), "The layers in the order of the graph: above what each inherits, below its own error.");
        page.Table(LayerWords.Columns, layers.Select(layer => Array.ConvertAll(LayerWords.Cells(layer), cell => (HtmlCell)cell)));
    }

    private static void AddClasses(HtmlPage page, IReadOnlyList<ClassComparison> classes)
    {
        page.Heading("Classes");
        if (classes[0].BaselineRight is null)
        {
            page.Paragraph("There are no labels: the classes are the baseline's.");
            page.Table(["class", "rows", "same class"], classes.Select(c => Cells($"{c.Class}", $"{c.Rows:N0}",
                HtmlCell.Bar((double)c.Agreeing / c.Rows))));
            return;
        }
        page.Table(["class", "rows", "baseline", "this model", "change in rows", "same class"], classes.Select(c => Cells(
            $"{c.Class}", $"{c.Rows:N0}", Format.Percent((double)c.BaselineRight!.Value / c.Rows),
                Format.Percent((double)c.CandidateRight!.Value / c.Rows),
            $"{c.CandidateRight - c.BaselineRight:+0;−0;0}", HtmlCell.Bar((double)c.Agreeing / c.Rows))));
    }

    private static void AddRows(HtmlPage page, IReadOnlyList<ChangedRow> changed)
    {
        page.Heading("Rows that changed class");
        if (changed.Count > RowsShown) page.Paragraph($"The first {RowsShown} of {changed.Count:N0}; --format json lists all.");
        page.Table(["row", "baseline", "this model", "label"], changed.Take(RowsShown)
            .Select(row => Cells($"{row.Row}", $"{row.Baseline}", $"{row.Candidate}", $"{row.Label?.ToString() ?? "–"}")));
    }

    private static HtmlCell[] Row(OutputDrift drift) => Cells(
        drift.Name, $"{drift.Rms:G4}", Format.Percent(drift.Relative), drift.MedianRow is { } median ? $"{median:G4}" : "–",
            drift.HighRow is { } high ? $"{high:G4}" : "–",
        $"{drift.Max:G4}", drift.WorstRow?.ToString() ?? "–");

    private static HtmlCell[] Row(EvalResult result, EvaluatedModel model) =>
    [
        model.Model, Format.Percent(model.Accuracy), Format.Percent(model.AccuracyInterval), .. LatencyCells.Cells(result, model)
            .Select(cell => (HtmlCell)cell),
        $"{model.Bytes:N0}", model.GzipBytes is { } gzipped ? $"{gzipped:N0}" : "–",
    ];

    private static HtmlCell[] Cells(params HtmlCell[] cells) => cells;
}
