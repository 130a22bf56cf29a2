using System.Globalization;
using GspMl.Benchmarks.Pruning;
using GspMl.Onnx;
using GspMl.Projection;

namespace GspMl.Benchmarks.Patterns;

/// <summary>
/// `bench patterns digits [MODEL,…|all] [ZEROS,…] [BLOCK,…]`: test accuracy with column sets by `--preset accurate`, and the time of 64
/// rows on one thread by the dense net's. Pruning sees the calibration digits alone.
/// </summary>
internal static class ColumnDigits
{
    private const int Rows = 64;

    public static void Run(string[] args)
    {
        string[] models = args.Length > 0 && args[0] != "all" ? args[0].Split(',') : ["resnet14_bn", "vit_tiny", "lenet300"];
        var (calibration, test) = (ShippedDigits.Calibration(), ShippedDigits.Test());
        Console.WriteLine("| net | zeros | block | accuracy, dense | accuracy | agreement | time, 64 rows |");
        Console.WriteLine("| --- | --- | --- | --- | --- | --- | --- |");
        foreach (var name in models)
        {
            using var model = ShippedDigits.Model(name);
            var dense = Evaluate(model, test);
            foreach (var zeros in Numbers(args, 1, "0.5,0.7"))
                foreach (var block in Numbers(args, 2, "64"))
                {
                    var options = PruningOptions.Accurate(SparsityTarget.Zeros(zeros), calibration) with
                    {
                        Pattern = SparsityPattern.Columns((int)block),
                    };
                    using var pruned = ModelPruner.Prune(model, options).Model;
                    var result = Evaluate(pruned, test);
                    var ratio = ModelRewriter.Rewrite(pruned, new() { Rows = Rows, MaxThreads = 1, Inputs = calibration }).Report.Ratio;
                    Console.WriteLine($"| {name} | {100 * zeros:f0} % | {block} | {100 * dense.Accuracy:f1} | {100 * result.Accuracy:f1} | "
                        + $"{100 * ModelEvaluator.Compare(dense, result).Agreement:f1} | {ratio?.Median:f2} ({ratio?.Interval.Low:f2} to "
                        + $"{ratio?.Interval.High:f2}) |");
                }
        }
    }

    private static EvaluationResult Evaluate(OnnxModel model, EvaluationData data)
        => ModelEvaluator.Evaluate(model, data, new() { LatencyRuns = 0 });

    private static double[] Numbers(string[] args, int index, string otherwise)
        => [.. (args.Length > index ? args[index] : otherwise).Split(',')
            .Select(number => double.Parse(number, CultureInfo.InvariantCulture))];
}
