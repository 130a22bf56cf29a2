using GspMl.Cli.Eval;
using GspMl.Cli.Html;
using GspMl.Cli.Text;
using GspMl.Onnx;

namespace GspMl.Cli.Sweep;

/// <summary>The pictures of a sweep.</summary>
internal sealed class SweepCharts(SweepSummary sweep)
{
    private static readonly string[] Colours = ["var(--first)", "var(--second)", "var(--fourth)"];
    private const double MostOfWhiskers = 1.5;

    private readonly string measure = MeasureWords.Name(sweep.Measure);
    private readonly string amount = AxisWords.Title(sweep.Axis);

    /// <summary>Quality against zeros, or what else the sweep goes by, as part of a page.</summary>
    public string Quality => ByAmount.Svg([.. QualityCurves(model => model.Amount)], [DenseLine]);

    /// <summary>The same as a file of its own.</summary>
    public string Picture => ByAmount.File([.. QualityCurves(model => model.Amount)], [DenseLine]);

    /// <summary>Quality against compressed bytes; null where they were not measured.</summary>
    public string? QualityByBytes
    {
        get
        {
            if (sweep.Dense.GzipBytes is not { } dense || sweep.Levels.Any(model => model.GzipBytes is null)) return null;
            var bytes = ChartAxis.Over("gzipped", [dense, .. sweep.Levels.Select(model => (double)model.GzipBytes!.Value)],
                value => value < 1e6 ? $"{value / 1e3:0.###} kB" : $"{value / 1e6:0.###} MB", least: 0);
            return new CurveChart($"{measure} by compressed size", bytes, QualityAxis).Svg(
                [new("", "var(--third)", [new(dense, sweep.DenseQuality.Value)]), .. QualityCurves(model => model.GzipBytes!.Value)],
                [DenseLine]);
        }
    }

    /// <summary>Times as parts of the dense model's; null where they were not measured.</summary>
    public string? Latency
    {
        get
        {
            if (sweep.Levels.Any(model => model.SingleRow is null || model.Batched is null)) return null;
            var ratios = sweep.Levels.SelectMany(model => ShowsBatches ? new[] { model.SingleRow!, model.Batched! } : [model.SingleRow!])
                .ToList();
            // Whiskers of a busy machine are cut: they would press all else together.
            var most = MostOfWhiskers * Math.Max(1, ratios.Max(ratio => ratio.Median));
            var ends = ratios.SelectMany(ratio => new[] { ratio.Interval.Low, Math.Min(ratio.Interval.High, most) });
            var axis = ChartAxis.Over("time by the dense model's", [1, .. ends], value => $"{value:0.###}", least: 0);
            return new CurveChart($"Latency by {amount}", AmountAxis, axis).Svg([.. sweep.Curves.SelectMany(Times)
                .Select((curve, i) => curve with { Colour = Colours[i % Colours.Length] })], [new("dense", 1)]);
        }
    }

    // Of several presets one time each is enough: zeros in dense layers change none.
    private bool ShowsBatches => LatencyCells.HasBatches(sweep.Dense) && sweep.Curves.Count == 1;

    private IEnumerable<Curve> Times(string curve)
    {
        var name = sweep.Curves.Count > 1 ? $"{curve}, " : "";
        yield return new($"{name}1 row", "", [.. sweep.Of(curve).Select(model => Point(model, model.SingleRow!))]);
        if (ShowsBatches)
            yield return new(Format.Count(sweep.Dense.BatchSize ?? 1, "row"), "",
                [.. sweep.Of(curve).Select(model => Point(model, model.Batched!))]);
    }

    private CurveChart ByAmount => new($"{measure} by {amount}", AmountAxis, QualityAxis);

    private ChartAxis AmountAxis
        => ChartAxis.Over(amount, sweep.Levels.Select(model => model.Amount), value => $"{100 * value:0.##} %", 0, 1);

    // An error of one model may be known to a factor of a thousand only; that would press all others together.
    private double MostOfQuality
        => MostOfWhiskers * Math.Max(sweep.DenseQuality.Value, sweep.Levels.Max(model => model.Quality.Value));

    private ChartAxis QualityAxis => ChartAxis.Over(measure,
        [sweep.DenseQuality.Value, .. sweep.Levels.SelectMany(model => new[] { model.Quality.Value,
            model.Quality.Interval?.Low ?? double.NaN, Math.Min(model.Quality.Interval?.High ?? double.NaN, MostOfQuality) })],
        value => MeasureWords.Mark(sweep.Measure, value), sweep.Measure == SweepMeasure.CosineSimilarity ? -1 : 0,
        sweep.Measure == SweepMeasure.RelativeError ? double.PositiveInfinity : 1);

    private LevelLine DenseLine => new($"dense, {MeasureWords.Value(sweep.Measure, sweep.DenseQuality.Value)}", sweep.DenseQuality.Value);

    private IEnumerable<Curve> QualityCurves(Func<SweptModel, double> place) => sweep.Curves.Select((curve, i)
        => new Curve(sweep.Curves.Count > 1 ? curve : $"{AxisWords.Made(sweep.Axis)}, with 95 % intervals", Colours[i % Colours.Length],
            [.. sweep.Of(curve).Select(model => new CurvePoint(place(model), model.Quality.Value, model.Quality.Interval?.Low,
                model.Quality.Interval?.High, Mark(model)))]));

    private static string Mark(SweptModel model)
        => string.Join(", ", new[] { model.IsKnee ? "knee" : "", model.IsChosen ? "chosen" : "" }.Where(word => word.Length > 0));

    private static CurvePoint Point(SweptModel model, LatencyRatio ratio)
        => new(model.Amount, ratio.Median, ratio.Interval.Low, ratio.Interval.High);
}
