using GspMl.Cli.Eval;
using GspMl.Cli.Html;
using GspMl.Cli.Prune;
using GspMl.Cli.Text;
using GspMl.Onnx;

namespace GspMl.Cli.Sweep;

/// <summary>The HTML report of a sweep.</summary>
internal static class SweepReportPage
{
    public static HtmlPage Of(SweepSummary sweep)
    {
        var (charts, table) = (new SweepCharts(sweep), new SweepTable(sweep));
        var measure = Capital(MeasureWords.Name(sweep.Measure));
        var sentences = SweepVerdict.Of(sweep).Where(sentence => sentence != FastWriting.NoSpeed).ToList();
        var page = new HtmlPage($"Sweep of {Path.GetFileName(sweep.Dense.Model)}")
            .Verdict(sentences[0], sweep.Limits is null ? null : !sweep.GateFailed);
        foreach (var sentence in sentences.Skip(1)) page.Paragraph(sentence);
        page.Paragraph($"Asked for: {sweep.Asked}. Judged on {sweep.Dense.Rows:N0} rows on {Where.Of(sweep.Dense)}{table.Times}.");
        page.Figure(charts.Quality, $"{measure} against {AxisWords.Title(sweep.Axis)}. Whiskers are 95 % intervals: what the rows leave "
            + "possible.");
        page.Table(table.Columns, table.Rows.Select(row => (IReadOnlyList<HtmlCell>)Array.ConvertAll(row, cell => (HtmlCell)cell)));
        if (charts.QualityByBytes is { } bytes)
            page.Heading("Compressed size").Figure(bytes, $"{measure} against the size of the gzipped file.");
        if (charts.Latency is { } latency)
        {
            page.Heading("Latency").Figure(latency, "The time of a run by that of the dense model in the same round, all models timed in "
                + "turns: the median of these ratios, which a busy machine moves less than the times of the table; whiskers are "
                + $"{LatencyCells.Intervals(sweep.Dense.RowTimes.Count)}, cut where they leave the chart.");
            if (sweep.Axis == SweepAxis.Zeros) page.Paragraph(FastWriting.NoSpeed);
        }
        foreach (var curve in sweep.Curves) AddParts(page, sweep.Of(curve), sweep.Curves.Count > 1 ? $", {curve}" : "");
        var written = sweep.Levels.Where(model => model.File is not null).Select(model => model.File!).ToList();
        return written.Count == 0 ? page : page.Heading("Files").List(written);
    }

    private static string Capital(string words) => $"{char.ToUpperInvariant(words[0])}{words[1..]}";

    /// <summary>What became of each part of the model at each level.</summary>
    private static void AddParts(HtmlPage page, IReadOnlyList<SweptModel> levels, string which)
    {
        var asked = levels.Select(model => Format.Percent(model.Asked));
        if (levels[0].Layers.Count > 0)
            page.Heading($"Layers{which}").Paragraph("The zeros of each layer at each level.").Table(["<weight", .. asked],
                levels[0].Layers.Select((layer, i) => (IReadOnlyList<HtmlCell>)[layer.Name,
                    .. levels.Select(model => (HtmlCell)Format.Percent(model.Layers[i].Zeros))]));
        if (levels[0].Sets.Count > 0)
            page.Heading($"Channels{which}").Paragraph("The channels that are left of each set at each level; layers in one row share "
                + "theirs.").Table(["<channels of", "before", .. asked], levels[0].Sets.Select((set, i) => (IReadOnlyList<HtmlCell>)
                [string.Join(", ", set.Layers), $"{set.Before}", .. levels.Select(model => (HtmlCell)$"{model.Sets[i].After}")]));
    }
}
