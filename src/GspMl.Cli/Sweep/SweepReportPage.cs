using GspMl.Cli.Eval;
using GspMl.Cli.Html;
using GspMl.Cli.Prune;
using GspMl.Cli.Text;

namespace GspMl.Cli.Sweep;

/// <summary>The HTML report of a sweep.</summary>
internal static class SweepReportPage
{
    public static HtmlPage Of(SweepSummary sweep)
    {
        var charts = new SweepCharts(sweep);
        var measure = Capital(MeasureWords.Name(sweep.Measure));
        var page = new HtmlPage($"Sweep of {Path.GetFileName(sweep.Dense.Model)}")
            .Verdict(SweepVerdict.Of(sweep).First(), sweep.Limits is null ? null : !sweep.GateFailed);
        if (sweep.Limits is not null) page.Paragraph(SweepVerdict.Of(sweep).Skip(1).First());
        page.Paragraph($"Asked for: {sweep.Asked}. Judged on {sweep.Dense.Rows:N0} rows on {Where.Of(sweep.Dense)}.");
        page.Figure(charts.QualityByZeros, $"{measure} against zeros. Whiskers are 95 % intervals: what the rows leave possible.");
        page.Table(sweep.Columns, sweep.Rows.Select(row => (IReadOnlyList<HtmlCell>)Array.ConvertAll(row, cell => (HtmlCell)cell)));
        if (charts.QualityByBytes is { } bytes)
            page.Heading("Compressed size").Figure(bytes, $"{measure} against the size of the gzipped file.");
        if (charts.Latency is { } latency)
            page.Heading("Latency").Figure(latency, "The time of a run by that of the dense model, all models timed in turns; whiskers are "
                + "95 % intervals of the median, cut where they leave the chart.").Paragraph(FastWriting.NoSpeed);
        page.Heading("Layers").Paragraph("The zeros of each layer at each level.");
        page.Table(["<weight", .. sweep.Levels.Select(model => Format.Percent(model.Asked))], Layers(sweep.Levels));
        var written = sweep.Levels.Where(model => model.File is not null).Select(model => model.File!).ToList();
        return written.Count == 0 ? page : page.Heading("Files").List(written);
    }

    private static string Capital(string words) => $"{char.ToUpperInvariant(words[0])}{words[1..]}";

    private static IEnumerable<IReadOnlyList<HtmlCell>> Layers(IReadOnlyList<SweptModel> levels)
        => levels[0].Layers.Select((layer, i) => (IReadOnlyList<HtmlCell>)[layer.Name,
            .. levels.Select(model => (HtmlCell)Format.Percent(model.Layers[i].Zeros))]);
}
