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
            Loss = Number("temperature", -1) switch
            {
                < 0 => TuningLoss.ByTask,
                0 => TuningLoss.SquaredError,
                var temperature => TuningLoss.Divergence(temperature),
            },
            HeldBack = Number("held", 0.1),
            MaxThreads = (int)Number("threads", 1),
            Seed = (int)Number("seed", 1),
        };
        var every = (int)Number("every", 20);
        var start = model;
        if (Number("accurate", 0) is var first and > 0)
            start = ModelPruner.Prune(model, PruningOptions.Accurate(SparsityTarget.Zeros(first), options.Data)).Model;
        var sparsity = Number("accurate", 0) == zeros ? TuningSparsity.KeepZeros : TuningSparsity.Rising(zeros, every);
        options = options with { Sparsity = sparsity with { Until = Number("until", 0.6) } };
        var result = ModelTuner.Tune(start, options);
        var best = result.Report.Best;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{string.Join(' ', args)}: held back {best.HeldBackLoss:g4} at epoch {best.Epoch}, last "
            + $"{result.Report.Epochs[^1].HeldBackLoss:g4}, "
            + $"agreement {100 * Agreement(model, result.Model, options):f1} %, train "
            + $"{result.Report.Epochs[^1].Loss:g4}, zeros {best.Zeros:f4}, "
            + $"{result.Report.Time.TotalSeconds:f0} s"));
    }

    /// <summary>How often dense and tuned model choose the same class on the rows held back.</summary>
    private static double Agreement(OnnxModel dense, OnnxModel tuned, TuningOptions options)
    {
        var values = (float[])options.Data.Inputs[0].Values;
        var (rows, length) = (options.Data.Rows, values.Length / options.Data.Rows);
        var every = (int)Math.Round(1 / options.HeldBack);
        float[][] held = [.. Enumerable.Range(0, rows).Where(row => row % every == every - 1)
            .Select(row => values.AsSpan(row * length, length).ToArray())];
        var data = new EvaluationData([InputTensor.Create(null, [.. held.SelectMany(row => row)], [held.Length, .. options.Data.Inputs[0]
            .Shape.Skip(1)])]);
        return ModelEvaluator.Compare(dense, tuned, data, new() { LatencyRuns = 0, CompressedSize = false }).Agreement ?? double.NaN;
    }
}
