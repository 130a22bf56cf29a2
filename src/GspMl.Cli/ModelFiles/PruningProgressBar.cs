using System.Diagnostics;
using GspMl.Cli.Guarding;
using GspMl.Cli.Shell;
using GspMl.Cli.Text;
using GspMl.Onnx;

namespace GspMl.Cli.ModelFiles;

/// <summary>Tells what a run will take before it begins, and shows which weight it is at and how long it still takes.</summary>
internal sealed class PruningProgressBar(ProgressBar bar) : IProgress<PruningProgress>
{
    // Before this part of the work is done, the forecast knows better than the clock.
    private const double LeastMeasured = 0.05;

    private readonly long start = Stopwatch.GetTimestamp();
    private bool isAnnounced;

    public void Report(PruningProgress value)
    {
        if (value.Forecast is { } forecast && !isAnnounced)
        {
            bar.Tell($"about {Format.Duration(forecast.Time)} and {Format.Bytes(forecast.Bytes)} of memory, as far as can be told before");
            isAnnounced = true;
            MemoryLimit.Refuse(forecast.Bytes, "fewer calibration rows take less");
        }
        var text = $"{value.Step.ToString().ToLowerInvariant()} {value.Weight.Name} ({value.Done + 1} of {value.Count})";
        if (value is { Fraction: { } fraction, Forecast: { } whole })
            bar.Show((long)(1000 * fraction), 1000, $"{text}, {Format.Duration(Left(fraction, whole.Time))} left");
        else bar.Show(value.Done, value.Count, text);
    }

    private TimeSpan Left(double fraction, TimeSpan forecast) => (1 - fraction) * (fraction < LeastMeasured ? forecast
        : Stopwatch.GetElapsedTime(start) / fraction);
}
