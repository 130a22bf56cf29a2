using GspMl.Cli.Eval;
using GspMl.Cli.Text;
using GspMl.Onnx;

namespace GspMl.Cli.Sweep;

/// <summary>The table of a sweep: a line for the dense model, and one for each other.</summary>
internal sealed class SweepTable(SweepSummary sweep)
{
    private readonly bool hasChange = sweep.Levels.Any(model => model.AccuracyChange is not null);
    private readonly bool hasTimes = sweep.Dense.MillisecondsPerRow is not null;
    private readonly bool hasBatches = LatencyCells.HasBatches(sweep.Dense);
    private readonly bool isShrunk = sweep.Axis == SweepAxis.Macs;
    private readonly bool hasCurves = sweep.Curves.Count > 1;

    /// <summary>The headings, those of text with a '&lt;'.</summary>
    public IReadOnlyList<string> Columns =>
    [
        .. If(hasCurves, "<preset"), AxisWords.Column(sweep.Axis), MeasureWords.Name(sweep.Measure), "95 % interval",
        .. If(hasChange, "points (95 %)"), .. If(isShrunk, "parameters gone"), "bytes", "gzipped", .. If(hasTimes, "1 row"),
        .. If(hasBatches, Format.Count(sweep.Dense.BatchSize ?? 1, "row")), "<note",
    ];

    public IEnumerable<string[]> Rows => sweep.Levels.Select(Row).Prepend(
    [
        .. If(hasCurves, "–"), Format.Percent(sweep.DenseAmount), MeasureWords.Value(sweep.Measure, sweep.DenseQuality.Value),
        MeasureWords.Interval(sweep.Measure, sweep.DenseQuality.Interval), .. If(hasChange, "–"), .. If(isShrunk, "–"),
        $"{sweep.Dense.Bytes:N0}", Size(sweep.Dense.GzipBytes), .. If(hasTimes, Format.Milliseconds(sweep.Dense.MillisecondsPerRow)),
        .. If(hasBatches, Format.Milliseconds(sweep.Dense.MillisecondsPerBatch)), "dense",
    ]);

    /// <summary>What the columns of times hold; nothing where there are none.</summary>
    public string Times => hasTimes
        ? $"; latencies are medians of {Format.Count(sweep.Dense.RowTimes.Count, "round")} after warm-up, all models timed in turns" : "";

    private string[] Row(SweptModel model) =>
    [
        .. If(hasCurves, model.Curve), Format.Percent(model.Amount), MeasureWords.Value(sweep.Measure, model.Quality.Value),
        MeasureWords.Interval(sweep.Measure, model.Quality.Interval), .. If(hasChange, MeasureWords.Change(model.AccuracyChange)),
        .. If(isShrunk, Format.Percent(model.ParametersGone)), $"{model.Bytes:N0}", Size(model.GzipBytes),
        .. If(hasTimes, Format.Milliseconds(model.MillisecondsPerRow)), .. If(hasBatches, Format.Milliseconds(model.MillisecondsPerBatch)),
        model.Note,
    ];

    private static string[] If(bool isThere, string cell) => isThere ? [cell] : [];

    private static string Size(long? bytes) => bytes is { } known ? $"{known:N0}" : "–";
}
