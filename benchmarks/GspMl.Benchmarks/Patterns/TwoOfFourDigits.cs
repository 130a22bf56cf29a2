using GspMl.Benchmarks.Pruning;
using GspMl.Benchmarks.RealModels;
using GspMl.Benchmarks.RealModels.Peers;
using GspMl.Onnx;
using GspMl.Projection;

namespace GspMl.Benchmarks.Patterns;

/// <summary>
/// `bench patterns two-of-four [MODEL,…|all]`: test accuracy and agreement with the dense net with 2:4 zeros, beside magnitude and
/// SparseGPT-style 2:4 on the same calibration digits; the channels in their own order, and in one that keeps more.
/// </summary>
internal static class TwoOfFourDigits
{
    public static void Run(string[] args)
    {
        var models = args.Length > 0 && args[0] != "all" ? args[0].Split(',') : PruneAccuracyComparison.Models;
        var (calibration, test) = (ShippedDigits.Calibration(), ShippedDigits.Test());
        Named[] named = [new("input", calibration.Inputs[0].Values, [.. calibration.Inputs[0].Shape.Select(extent => (long)extent)])];
        Console.WriteLine("| net | dense | magnitude | SparseGPT-style | preset accurate | permuted: magnitude | SparseGPT-style | "
            + "preset accurate |\n| --- | --- | --- | --- | --- | --- | --- | --- |");
        foreach (var name in models)
        {
            using var model = ShippedDigits.Model(name);
            var dense = Evaluate(model, test);
            string Cell(OnnxModel pruned)
            {
                using var _ = pruned;
                var result = Evaluate(pruned, test);
                return $"{100 * result.Accuracy:f1} ({100 * ModelEvaluator.Compare(dense, result).Agreement:f1})";
            }
            using var permuted = ChannelPermuter.Permute(model, new() { Inputs = calibration }).Model;
            Console.WriteLine($"| {name} | {100 * dense.Accuracy:f1} | "
                + $"{Cell(LayerwisePruning.Prune(model, named, 0.5, TwoOfFour.Magnitude))} | "
                + $"{Cell(LayerwisePruning.Prune(model, named, 0.5, TwoOfFour.SparseGptStyle))} | {Cell(Accurate(model, calibration))} | "
                + $"{Cell(LayerwisePruning.Prune(permuted, named, 0.5, TwoOfFour.Magnitude))} | "
                + $"{Cell(LayerwisePruning.Prune(permuted, named, 0.5, TwoOfFour.SparseGptStyle))} | "
                + $"{Cell(Accurate(permuted, calibration))} |");
        }
    }

    /// <summary>2:4 by the library.</summary>
    public static OnnxModel Accurate(OnnxModel model, EvaluationData calibration)
        => ModelPruner.Prune(model, PruningOptions.Accurate(SparsityTarget.Zeros(0.5), calibration) with
        {
            Pattern = SparsityPattern.OfEvery(2, 4),
        }).Model;

    private static EvaluationResult Evaluate(OnnxModel model, EvaluationData data)
        => ModelEvaluator.Evaluate(model, data, new() { LatencyRuns = 0 });
}
