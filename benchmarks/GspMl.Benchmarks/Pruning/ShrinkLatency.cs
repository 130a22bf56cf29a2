using System.Globalization;
using GspMl.Onnx;

namespace GspMl.Benchmarks.Pruning;

/// <summary>
/// `bench shrink-latency [MODEL,…|all] [TIME,…] [ROWS] [THREADS]`: whole channels taken out until fractions of the time of a run are gone,
/// as measured here; test accuracy, the time by the dense net's with its interval, and the multiply-accumulates that went. The choice sees
/// the calibration digits alone.
/// </summary>
internal static class ShrinkLatency
{
    /// <summary>Prints the table as Markdown, line by line.</summary>
    public static void Run(string[] args)
    {
        var models = args.Length > 0 && args[0] != "all" ? args[0].Split(',') : PruneAccuracyComparison.Models;
        var fractions = (args.Length > 1 ? args[1] : "0.4").Split(',').Select(text => double.Parse(text, CultureInfo.InvariantCulture))
            .ToList();
        var rows = args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 64;
        var threads = args.Length > 3 ? int.Parse(args[3], CultureInfo.InvariantCulture) : 0;
        var (calibration, test) = (ShippedDigits.Calibration(), ShippedDigits.Test());
        Console.WriteLine("| net | time to go | time by dense | multiply-accumulates gone | test accuracy |");
        Console.WriteLine("| --- | ---: | ---: | ---: | ---: |");
        foreach (var name in models)
        {
            using var model = ShippedDigits.Model(name);
            foreach (var fraction in fractions)
            {
                var options = ShrinkOptions.Accurate(ShrinkTarget.Latency(fraction), calibration) with
                {
                    Rows = rows,
                    MaxThreads = threads,
                };
                Console.WriteLine($"| {name} | {100 * fraction:f0} % | {Cells(model, options, test)} |");
            }
        }
    }

    private static string Cells(OnnxModel model, ShrinkOptions options, EvaluationData test)
    {
        try
        {
            var (smaller, report) = ModelShrinker.Shrink(model, options);
            using var _ = smaller;
            var accuracy = ModelEvaluator.Evaluate(smaller, test, new() { LatencyRuns = 0 }).Accuracy;
            var ratio = report.Ratio!;
            return $"{ratio.Median:f2} ({ratio.Interval.Low:f2} to {ratio.Interval.High:f2}) | {100 * report.MacsGone:f1} % "
                + $"| {100 * accuracy:f1}";
        }
        catch (OnnxModelException e)
        {
            return e.Message;
        }
    }
}
