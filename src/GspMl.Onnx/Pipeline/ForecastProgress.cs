namespace GspMl.Onnx.Pipeline;

/// <summary>Adds to each report what part of the run's work is done, by an estimate of what every layer takes in every step.</summary>
/// <param name="estimate">The estimate.</param>
/// <param name="steps">The steps that the run takes, in their order.</param>
/// <param name="inner">Is told.</param>
internal sealed class ForecastProgress(WorkEstimate estimate, IReadOnlyList<PruningStep> steps, IProgress<PruningProgress> inner)
    : IProgress<PruningProgress>
{
    private readonly PruningForecast forecast = estimate.Forecast([.. steps]);
    private readonly HashSet<PrunableWeight> seen = [];
    private PruningStep? step;
    private double before;
    private double current;

    /// <inheritdoc/>
    public void Report(PruningProgress value)
    {
        if (value.Step != step && steps.Contains(value.Step))
        {
            before = steps.TakeWhile(earlier => earlier != value.Step)
                .Sum(earlier => estimate.Layers.Values.Sum(work => work.Seconds(earlier)));
            (step, current) = (value.Step, 0);
            seen.Clear();
        }
        var done = before + current;
        if (value.Step == step && seen.Add(value.Weight) && estimate.Layers.TryGetValue(value.Weight, out var own))
            current += own.Seconds(value.Step);
        var whole = forecast.Time.TotalSeconds;
        inner.Report(value with { Forecast = forecast, Fraction = whole > 0 ? Math.Clamp(done / whole, 0, 1) : 0 });
    }
}
