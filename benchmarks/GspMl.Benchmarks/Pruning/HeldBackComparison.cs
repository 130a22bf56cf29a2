using System.Diagnostics;
using System.Globalization;
using GspMl.Onnx;
using GspMl.Onnx.Calibration;
using GspMl.Projection;

namespace GspMl.Benchmarks.Pruning;

/// <summary>
/// `bench prune-tune [MODEL,…|all] [ZEROS,…] [VARIANT …]`: `--preset accurate` or variants of it, fitted to three quarters of the
/// calibration digits and judged by their drift from the dense model on the last quarter, for each quarter in turn. Neither test digits
/// nor labels are seen: defaults are chosen here. A VARIANT sets reconstruction options, such as `Ridge=0.05+StageRatio=0.85`.
/// </summary>
internal static class HeldBackComparison
{
    private const int Folds = 4;

    /// <summary>Prints a table as Markdown, line by line.</summary>
    public static void Run(string[] args)
    {
        var models = args.Length > 0 && args[0] != "all" ? args[0].Split(',') : PruneAccuracyComparison.Models;
        double[] fractions = args.Length > 1 ? [.. args[1].Split(',').Select(number => double.Parse(number, CultureInfo.InvariantCulture))] : PruneAccuracyComparison.Fractions;
        string[] variants = args.Length > 2 ? args[2..] : [""];
        Console.WriteLine($"Drift on held-back calibration digits, mean of {Folds} folds: 1000 × KL(dense ‖ pruned); squared change of the outputs in % of their variance; decisions changed in %; seconds a run.\n");
        Console.WriteLine($"| model | variant | {string.Join(" | ", fractions.Select(zeros => $"{zeros:P0}"))} | s |");
        Console.WriteLine($"| --- | --- |{string.Concat(fractions.Select(_ => " --- |"))} --- |");
        foreach (var name in models)
            foreach (var variant in variants) Console.WriteLine(Row(name, variant, fractions));
    }

    private static string Row(string name, string variant, double[] fractions)
    {
        using var model = ShippedDigits.Model(name);
        var digits = ShippedDigits.Calibration();
        var clock = new Stopwatch();
        var cells = fractions.Select(zeros =>
        {
            var drifts = Enumerable.Range(0, Folds).Select(fold => Drift(model, zeros, variant, digits, fold, clock)).ToList();
            return $" {1000 * drifts.Average(drift => drift.Divergence):f2}; {100 * drifts.Average(drift => drift.Error):f2}; {100 * drifts.Average(drift => drift.Changed):f1} |";
        }).ToList();
        return $"| {name} | {(variant.Length == 0 ? "preset accurate" : variant)} |{string.Concat(cells)} {clock.Elapsed.TotalSeconds / fractions.Length / Folds:f1} |";
    }

    private static (double Divergence, double Error, double Changed) Drift(OnnxModel model, double zeros, string variant, EvaluationData digits, int fold, Stopwatch clock)
    {
        var options = PruningPreset.Accurate.Options(SparsityTarget.Zeros(zeros), Rows(digits, row => row % Folds != fold));
        clock.Start();
        using var pruned = ModelPruner.Prune(model, options with { Reconstruction = With(options.Reconstruction, variant) }).Model;
        clock.Stop();
        var heldBack = Rows(digits, row => row % Folds == fold);
        var (before, after) = (Outputs(model, heldBack), Outputs(pruned, heldBack));
        var classes = (int)before.Shape[1];
        var changed = Enumerable.Range(0, heldBack.Rows).Count(row => Largest(before, row, classes) != Largest(after, row, classes));
        return (KullbackLeibler(before.Values, after.Values, classes), new OutputChange([[before]]).Of(0, [after]), (double)changed / heldBack.Rows);
    }

    private static FloatTensor Outputs(OnnxModel model, EvaluationData data)
    {
        var working = new WorkingModel(model);
        using var stream = new ActivationStream(working, CalibrationInputs.Create(model, data, data.Rows).All());
        stream.Advance(working.Outputs, default);
        return FloatTensor.Of(stream[0, working.Outputs[0]]);
    }

    /// <summary>Mean over rows of KL(softmax(dense) ‖ softmax(pruned)), in nats.</summary>
    private static double KullbackLeibler(float[] dense, float[] pruned, int classes)
    {
        var sum = 0.0;
        for (var row = 0; row < dense.Length; row += classes)
        {
            var (p, q) = (LogSoftmax(dense.AsSpan(row, classes)), LogSoftmax(pruned.AsSpan(row, classes)));
            for (var c = 0; c < classes; c++) sum += Math.Exp(p[c]) * (p[c] - q[c]);
        }
        return sum / (dense.Length / classes);
    }

    private static double[] LogSoftmax(ReadOnlySpan<float> scores)
    {
        var logs = new double[scores.Length];
        var largest = System.Numerics.Tensors.TensorPrimitives.Max(scores);
        var sum = 0.0;
        foreach (var score in scores) sum += Math.Exp(score - largest);
        for (var c = 0; c < logs.Length; c++) logs[c] = scores[c] - largest - Math.Log(sum);
        return logs;
    }

    private static int Largest(FloatTensor scores, int row, int classes)
    {
        var values = scores.Values.AsSpan(row * classes, classes);
        return System.Numerics.Tensors.TensorPrimitives.IndexOfMax(values);
    }

    private static EvaluationData Rows(EvaluationData data, Func<int, bool> select)
    {
        var input = data.Inputs[0];
        var length = input.Values.Length / data.Rows;
        var rows = Enumerable.Range(0, data.Rows).Where(select).ToList();
        var values = new float[rows.Count * length];
        for (var i = 0; i < rows.Count; i++) Array.Copy(input.Values, rows[i] * length, values, i * length, length);
        return new([InputTensor.Create(input.Name, values, [rows.Count, .. input.Shape.Skip(1)])]);
    }

    /// <summary>The options with some properties set: NAME=NUMBER, several joined by +.</summary>
    private static ReconstructionOptions With(ReconstructionOptions options, string variant)
    {
        var changed = options with { };
        foreach (var setting in variant.Split('+', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, value) = setting.Split('=') is [var n, var v] ? (n, v) : throw new ArgumentException($"'{setting}' is not NAME=NUMBER");
            var property = typeof(ReconstructionOptions).GetProperty(name) ?? throw new ArgumentException($"there is no reconstruction option '{name}'");
            property.SetValue(changed, Convert.ChangeType(value, property.PropertyType, CultureInfo.InvariantCulture));
        }
        return changed;
    }
}
