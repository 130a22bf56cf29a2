using System.Diagnostics;
using GspMl.Onnx;

namespace GspMl.Benchmarks.Pruning;

/// <summary>
/// `bench prune-accuracy [MODEL,…|all] [ZEROS,…] [METHOD]`: test accuracy and agreement with the dense model for every preset, beside
/// the usual one-shot methods; the same for allocations with one repair; sizes compressed. Pruning sees the calibration digits alone.
/// METHOD, a part of names, picks rows.
/// </summary>
internal static class PruneAccuracyComparison
{
    internal static readonly string[] Models = ["lenet300", "lenet5", "resnet14_bn", "mobilenet_mini_bn", "vit_tiny"];
    internal static readonly double[] Fractions = [0.5, 0.7, 0.8, 0.9, 0.95];

    /// <summary>Prints the tables as Markdown.</summary>
    public static void Run(string[] args)
    {
        var models = args.Length > 0 && args[0] != "all" ? args[0].Split(',') : Models;
        var fractions = args.Length > 1 ? [.. args[1].Split(',').Select(double.Parse)] : Fractions;
        Print("Presets, and one-shot methods", Chosen(PruningMethods.Presets, args), models, fractions);
        Print("Allocations with the same repair: values reconstructed on calibration digits", Chosen(PruningMethods.Allocations, args),
            models, fractions);
    }

    private static List<PruningMethod> Chosen(IReadOnlyList<PruningMethod> methods, string[] args)
        => [.. methods.Where(method => args.Length < 3 || method.Name.Contains(args[2], StringComparison.Ordinal))];

    private static void Print(string title, List<PruningMethod> methods, string[] models, double[] fractions)
    {
        if (methods.Count == 0) return;
        var (calibration, test) = (ShippedDigits.Calibration(), ShippedDigits.Test());
        Console.WriteLine($"\n## {title}\n\nTest accuracy in % (agreement with the dense model in %); size compressed at 80 % zeros; "
            + "seconds a run.\n");
        Console.WriteLine($"| model | method | {string.Join(" | ", fractions.Select(zeros => $"{zeros:P0}"))} | gzip | s |");
        Console.WriteLine($"| --- | --- |{string.Concat(fractions.Select(_ => " --- |"))} --- | --- |");
        foreach (var name in models)
        {
            using var model = ShippedDigits.Model(name);
            var dense = Evaluate(model, test);
            Console.WriteLine($"| {name} | dense |{string.Concat(fractions.Select(_ => $" {100 * dense.Accuracy:f1} |"))} "
                + $"{dense.GzipBytes / 1e6:f2} MB | |");
            foreach (var method in methods) Console.WriteLine(Row(name, method, model, dense, fractions, calibration, test));
        }
    }

    private static string Row(string name, PruningMethod method, OnnxModel model, EvaluationResult dense, double[] fractions,
        EvaluationData calibration, EvaluationData test)
    {
        var clock = new Stopwatch();
        var (cells, size) = ("", "");
        foreach (var zeros in fractions)
        {
            clock.Start();
            using var pruned = method.Prune(model, zeros, calibration);
            clock.Stop();
            var result = Evaluate(pruned, test);
            cells += $" {100 * result.Accuracy:f1} ({100 * ModelEvaluator.Compare(dense, result).Agreement:f1}) |";
            if (zeros == 0.8) size = $"{result.GzipBytes / 1e6:f2} MB";
        }
        return $"| {name} | {method.Name} |{cells} {size} | {clock.Elapsed.TotalSeconds / fractions.Length:f1} |";
    }

    private static EvaluationResult Evaluate(OnnxModel model, EvaluationData data)
        => ModelEvaluator.Evaluate(model, data, new() { LatencyRuns = 0 });
}
