using System.Globalization;
using GspMl.Onnx;

namespace GspMl.Benchmarks.Pruning;

/// <summary>
/// `bench shrink [MODEL,…|all] [MACS,…] [METHOD]`: whole channels taken out at fractions of the multiply-accumulates; test accuracy,
/// and how many times as fast as the dense model the smaller one is on ONNX Runtime's CPU, timed in turn in one process. Pruning sees the
/// calibration digits alone.
/// </summary>
internal static class ShrinkComparison
{
    private static readonly double[] Fractions = [0.3, 0.5, 0.7];

    /// <summary>Prints the table as Markdown.</summary>
    public static void Run(string[] args)
    {
        var models = args.Length > 0 && args[0] != "all" ? args[0].Split(',') : PruneAccuracyComparison.Models;
        var fractions = args.Length > 1 ? [.. args[1].Split(',').Select(number => double.Parse(number, CultureInfo.InvariantCulture))]
            : Fractions;
        var methods = ChannelMethod.All.Where(method => args.Length < 3 || method.Name.Contains(args[2], StringComparison.Ordinal))
            .ToList();
        var (calibration, test) = (ShippedDigits.Calibration(), ShippedDigits.Test());
        Console.WriteLine("Test accuracy in % (times as fast as dense: one row; 64 rows).\n");
        Console.WriteLine($"| model | method | {string.Join(" | ", fractions.Select(macs => $"{macs:P0} of MACs gone"))} |");
        Console.WriteLine($"| --- | --- |{string.Concat(fractions.Select(_ => " --- |"))}");
        foreach (var name in models)
        {
            using var model = ShippedDigits.Model(name);
            var accuracy = 100 * ModelEvaluator.Evaluate(model, test, new() { LatencyRuns = 0 }).Accuracy;
            Console.WriteLine($"| {name} | dense |{string.Concat(fractions.Select(_ => $" {accuracy:f1} |"))}");
            foreach (var method in methods)
                Console.WriteLine($"| {name} | {method.Name} "
                    + $"|{string.Concat(fractions.Select(macs => $" {Cell(model, method, macs, calibration, test)} |"))}");
        }
    }

    private static string Cell(OnnxModel model, ChannelMethod method, double macs, EvaluationData calibration, EvaluationData test)
    {
        try
        {
            var (smaller, report) = method.Prune(model, macs, calibration);
            using var _ = smaller;
            if (report.MacsGone < macs - 1e-6) return "out of reach";
            var both = ModelEvaluator.Compare(model, smaller, test, new() { LatencyRuns = 50, WarmUpRuns = 10, CompressedSize = false });
            return $"{100 * both.Candidate.Accuracy:f1} ({Ratio(both.Baseline.SingleRow, both.Candidate.SingleRow)}; "
                + $"{Ratio(both.Baseline.Batched, both.Candidate.Batched)})";
        }
        catch (OnnxModelException)
        {
            return "out of reach";
        }
    }

    private static string Ratio(Latency? dense, Latency? smaller) => $"{dense!.MedianMilliseconds / smaller!.MedianMilliseconds:f2}";
}
