using System.Globalization;
using GspMl.Benchmarks.Pruning;
using GspMl.Onnx;
using GspMl.Projection;
using GspMl.Training;

namespace GspMl.Benchmarks.Tuning;

/// <summary>
/// `bench tuning try MODEL ZEROS [NAME=VALUE…]`: one tuning on the calibration digits, judged on those of them that are held back. It sees
/// neither test digits nor labels; defaults are chosen by it.
/// </summary>
internal static class TuningTrial
{
    public static void Run(string[] args)
    {
        var values = args.Skip(2).Select(word => word.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);
        double Number(string name, double otherwise)
            => values.TryGetValue(name, out var text) ? double.Parse(text, CultureInfo.InvariantCulture) : otherwise;
        var zeros = double.Parse(args[1], CultureInfo.InvariantCulture);
        using var model = ShippedDigits.Model(args[0]);
        var options = new TuningOptions
        {
            Data = ShippedDigits.Calibration(),
            Teacher = model,
            Epochs = (int)Number("epochs", 60),
            BatchSize = (int)Number("batch", 32),
            Optimizer = TuningOptimizer.Adam(Number("rate", 1e-3)),
            WarmUp = Number("warm", 0.05),
            Variation = Number("vary", 1) > 0 ? RowVariation.Gentle : null,
            Loss = Number("temperature", 0) is var t and > 0 ? TuningLoss.Divergence(t) : TuningLoss.SquaredError,
            HeldBack = Number("held", 0.1),
            Seed = (int)Number("seed", 1),
        };
        var every = (int)Number("every", 20);
        var start = model;
        if (Number("accurate", 0) is var first and > 0)
            start = ModelPruner.Prune(model, PruningOptions.Accurate(SparsityTarget.Zeros(first), options.Data)).Model;
        options = options with
        {
            Sparsity = (Number("accurate", 0) == zeros ? TuningSparsity.KeepZeros : TuningSparsity.Rising(zeros, every))
                with { Until = Number("until", 0.6) },
        };
        var result = ModelTuner.Tune(start, options);
        var best = result.Report.Best;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{string.Join(' ', args)}: held back {best.HeldBackLoss:g4} at epoch {best.Epoch}, last {result.Report.Epochs[^1].HeldBackLoss:g4}, "
            + $"train {result.Report.Epochs[^1].Loss:g4}, zeros {best.Zeros:f4}, {result.Report.Time.TotalSeconds:f0} s"));
    }
}
