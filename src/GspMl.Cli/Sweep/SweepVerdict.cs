using GspMl.Cli.Prune;
using GspMl.Cli.Text;
using GspMl.Onnx;

namespace GspMl.Cli.Sweep;

/// <summary>What a sweep shows, in sentences.</summary>
internal static class SweepVerdict
{
    public static IEnumerable<string> Of(SweepSummary sweep)
    {
        if (sweep.Limits is { } limits) yield return Search(sweep, limits);
        if (sweep.Curves.Count > 1) yield return Best(sweep);
        foreach (var curve in sweep.Curves) yield return (sweep.Curves.Count > 1 ? $"{curve}: " : "") + Knee(sweep, sweep.Of(curve));
        if (sweep.Dense.MillisecondsPerRow is not null && sweep.Axis == SweepAxis.Zeros) yield return FastWriting.NoSpeed;
    }

    /// <summary>Which preset is how often the best.</summary>
    private static string Best(SweepSummary sweep)
    {
        var sign = sweep.Measure == SweepMeasure.RelativeError ? 1 : -1;
        var levels = sweep.Levels.GroupBy(model => model.Asked).Select(level => level.MinBy(model => sign * model.Quality.Value)!.Curve)
            .ToList();
        var wins = sweep.Curves.Select(curve => $"{curve} at {levels.Count(winner => winner == curve)}");
        return $"Of {Format.Count(levels.Count, "level")}, by {MeasureWords.Name(sweep.Measure)}, the best preset is "
            + $"{string.Join(", ", wins)}.";
    }

    /// <summary>The limits, and the model that keeps them.</summary>
    private static string Search(SweepSummary sweep, SweepLimit limits)
    {
        string[] asked =
        [
            .. limits.MaxAccuracyDrop is { } drop ? new[] { $"accuracy at most {100 * drop:0.##} points under the dense model's" } : [],
            .. limits.MinAgreement is { } least ? new[] { $"the same class on at least {100 * least:0.##} % of the rows" } : [],
        ];
        var test = $"{string.Join(" and ", asked)}, by the low end of the 95 % interval; "
            + $"{(sweep.Curves.Count > 1 ? "each preset " : "")}tested from the {AxisWords.Least(sweep.Axis)} model on until one failed";
        return sweep.Chosen is { } chosen
            ? $"The {AxisWords.Most(sweep.Axis)} model that keeps the limit has {AxisWords.Amount(sweep.Axis, chosen.Amount)}"
                + $"{(sweep.Curves.Count > 1 ? $" by preset {chosen.Curve}" : "")}: {Quality(sweep, chosen)} ({test})."
            : $"NO model keeps the limit ({test}).";
    }

    private static string Knee(SweepSummary sweep, IReadOnlyList<SweptModel> curve)
        => curve is [var only] ? $"At {AxisWords.Amount(sweep.Axis, only.Amount)}: {Quality(sweep, only)}."
        : curve.FirstOrDefault(model => model.IsKnee) is { } knee
            ? $"The curve bends at {AxisWords.Amount(sweep.Axis, knee.Amount)} (the knee, the point farthest from the straight line "
                + $"between the dense model and the {AxisWords.Most(sweep.Axis)}): {Quality(sweep, knee)}."
        : "The curve has no knee: quality falls evenly, from the first level on, or not at all.";

    private static string Quality(SweepSummary sweep, SweptModel model)
    {
        var size = model.GzipBytes is { } bytes && sweep.Dense.GzipBytes is { } before and > 0
            ? $"; gzipped, {Format.Percent((double)bytes / before)} of its size" : "";
        return $"{MeasureWords.Name(sweep.Measure)} {MeasureWords.Value(sweep.Measure, model.Quality.Value)}, the dense model "
            + $"{MeasureWords.Value(sweep.Measure, sweep.DenseQuality.Value)}{size}";
    }
}
