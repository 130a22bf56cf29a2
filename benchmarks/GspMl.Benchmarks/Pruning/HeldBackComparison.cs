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
    internal const int Folds = 4;

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
            var drift = OutputDrift.Mean([.. Enumerable.Range(0, Folds).Select(fold => Drift(model, zeros, variant, digits, fold, clock))]);
            return $" {1000 * drift.Divergence:f2}; {100 * drift.Error:f2}; {100 * drift.Changed:f1} |";
        }).ToList();
        return $"| {name} | {(variant.Length == 0 ? "preset accurate" : variant)} |{string.Concat(cells)} {clock.Elapsed.TotalSeconds / fractions.Length / Folds:f1} |";
    }

    private static OutputDrift Drift(OnnxModel model, double zeros, string variant, EvaluationData digits, int fold, Stopwatch clock)
    {
        var options = PruningPreset.Accurate.Options(SparsityTarget.Zeros(zeros), Rows(digits, row => row % Folds != fold));
        clock.Start();
        using var pruned = ModelPruner.Prune(model, options with { Reconstruction = With(options.Reconstruction, variant) }).Model;
        clock.Stop();
        var heldBack = Rows(digits, row => row % Folds == fold);
        return OutputDrift.Between(Outputs(model, heldBack), Outputs(pruned, heldBack));
    }

    internal static FloatTensor Outputs(OnnxModel model, EvaluationData data)
    {
        var working = new WorkingModel(model);
        using var stream = new ActivationStream(working, CalibrationInputs.Create(model, data, data.Rows).All());
        stream.Advance(working.Outputs, default);
        return FloatTensor.Of(stream[0, working.Outputs[0]]);
    }

    internal static EvaluationData Rows(EvaluationData data, Func<int, bool> select)
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
