using GspMl.Cli.Prune;
using GspMl.Cli.Text;

namespace GspMl.Cli.Sweep;

/// <summary>What a sweep shows, in sentences.</summary>
internal static class SweepVerdict
{
    public static IEnumerable<string> Of(SweepSummary sweep)
    {
        if (sweep.Limits is { } limits) yield return Search(sweep, limits);
        yield return Knee(sweep);
        if (sweep.Dense.MillisecondsPerRow is not null) yield return FastWriting.NoSpeed;
    }

    /// <summary>The limits, and the model that keeps them.</summary>
    private static string Search(SweepSummary sweep, SweepLimit limits)
    {
        string[] asked =
        [
            .. limits.MaxAccuracyDrop is { } drop ? new[] { $"accuracy at most {100 * drop:0.##} points under the dense model's" } : [],
            .. limits.MinAgreement is { } least ? new[] { $"the same class on at least {100 * least:0.##} % of the rows" } : [],
        ];
        var test = $"{string.Join(" and ", asked)}, by the low end of the 95 % interval; tested from the densest model on until one failed";
        return sweep.Chosen is { } chosen
            ? $"The sparsest model that keeps the limit has {Format.Percent(chosen.Zeros)} zeros: {Quality(sweep, chosen)} ({test})."
            : $"NO model keeps the limit ({test}).";
    }

    private static string Knee(SweepSummary sweep)
        => sweep.Levels is [var only] ? $"At {Format.Percent(only.Zeros)} zeros: {Quality(sweep, only)}."
        : sweep.Knee is { } knee
            ? $"The curve bends at {Format.Percent(knee.Zeros)} zeros (the knee, the point farthest from the straight line between the "
                + $"dense model and the sparsest): {Quality(sweep, knee)}."
        : "The curve has no knee: quality falls evenly, from the first level on, or not at all.";

    private static string Quality(SweepSummary sweep, SweptModel model)
    {
        var size = model.GzipBytes is { } bytes && sweep.Dense.GzipBytes is { } before and > 0
            ? $"; gzipped, {Format.Percent((double)bytes / before)} of its size" : "";
        return $"{MeasureWords.Name(sweep.Measure)} {MeasureWords.Value(sweep.Measure, model.Quality.Value)}, the dense model "
            + $"{MeasureWords.Value(sweep.Measure, sweep.DenseQuality.Value)}{size}";
    }
}
