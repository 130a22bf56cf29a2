using System.Globalization;
using GspMl.Benchmarks.Pruning;
using GspMl.Onnx;

namespace GspMl.Benchmarks.Tuning;

/// <summary>
/// `bench tuning accuracy [MODEL,…|all] [ZEROS,…] [METHOD|all] [EPOCHS]`: test accuracy of models that were tuned on the calibration
/// digits,
/// without labels. Test digits are run once, for the table alone; the column held back is the loss on calibration digits.
/// </summary>
internal static class TuningAccuracy
{
    private static readonly double[] Fractions = [0.9, 0.95, 0.98, 0.99];

    /// <summary>Prints the table as Markdown.</summary>
    public static void Run(string[] args)
    {
        var models = args.Length > 0 && args[0] != "all" ? args[0].Split(',') : PruneAccuracyComparison.Models;
        double[] fractions = args.Length > 1 ? [.. args[1].Split(',').Select(word => double.Parse(word, CultureInfo.InvariantCulture))]
            : Fractions;
        var methods = TuningMethods.All.Where(method => args.Length < 3 || args[2] == "all"
            || method.Name.StartsWith(args[2], StringComparison.Ordinal)).ToList();
        var epochs = args.Length > 3 ? int.Parse(args[3], CultureInfo.InvariantCulture) : 60;
        var (calibration, test) = (ShippedDigits.Calibration(), ShippedDigits.Test());
        Console.WriteLine("| net | method | zeros asked | zeros | test accuracy, % | held-back loss | best epoch | s |\n"
            + "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |");
        foreach (var name in models)
        {
            using var model = ShippedDigits.Model(name);
            foreach (var zeros in fractions)
                foreach (var method in methods) Console.WriteLine(Row(name, method, model, zeros, epochs, calibration, test));
        }
    }

    private static string Row(string name, TuningMethod method, OnnxModel model, double zeros, int epochs, EvaluationData calibration,
        EvaluationData test)
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        var result = method.Tune(model, zeros, calibration, epochs);
        using var tuned = result.Model;
        clock.Stop();
        var accuracy = ModelEvaluator.Evaluate(tuned, test, new() { LatencyRuns = 0, CompressedSize = false }).Accuracy;
        var best = result.Report.Best;
        return string.Create(CultureInfo.InvariantCulture,
            $"| {name} | {method.Name} | {zeros} | {best.Zeros:f4} | {100 * accuracy:f1} | {best.HeldBackLoss:g3} "
            + $"| {best.Epoch} | {clock.Elapsed.TotalSeconds:f0} |");
    }
}
