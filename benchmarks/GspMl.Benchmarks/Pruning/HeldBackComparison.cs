using System.Diagnostics;
using System.Globalization;
using GspMl.Benchmarks.Patterns;
using GspMl.Onnx;
using GspMl.Onnx.Calibration;
using GspMl.Onnx.Tensors;
using GspMl.Projection;

namespace GspMl.Benchmarks.Pruning;

/// <summary>
/// `bench prune-tune [MODEL,…|all] [ZEROS,…] [VARIANT …]`: `--preset accurate` or variants of it, fitted to three quarters of the
/// calibration digits and judged by their drift from the dense model on the last quarter, for each quarter in turn. Neither test digits
/// nor labels are seen: defaults are chosen here. A VARIANT sets options, such as `Ridge=0.05+StageRatio=0.85`; `-` sets none. Variants
/// behind the first are compared with it digit by digit.
/// </summary>
internal static class HeldBackComparison
{
    internal const int Folds = 4;

    /// <summary>Prints tables as Markdown, line by line.</summary>
    public static void Run(string[] args)
    {
        var models = args.Length > 0 && args[0] != "all" ? args[0].Split(',') : PruneAccuracyComparison.Models;
        double[] fractions = args.Length > 1 ? [.. args[1].Split(',').Select(number => double.Parse(number, CultureInfo.InvariantCulture))]
            : PruneAccuracyComparison.Fractions;
        string[] variants = args.Length > 2 ? args[2..] : ["-"];
        Console.WriteLine($"Drift on held-back calibration digits, {Folds} folds: 1000 × KL(dense ‖ pruned); squared change of the outputs "
            + "in % of their variance; decisions changed in %; seconds a run;");
        Console.WriteLine($"then KL and squared change against the first variant, digit by digit: mean ± standard error.\n");
        Console.WriteLine($"| model | variant | {string.Join(" | ", fractions.Select(zeros => $"{zeros:P0}"))} | s | KL | change |");
        Console.WriteLine($"| --- | --- |{string.Concat(fractions.Select(_ => " --- |"))} --- | --- | --- |");
        var drifts = variants.Select(_ => new List<OutputDrift>()).ToList();
        foreach (var name in models)
            foreach (var (variant, all) in variants.Zip(drifts))
            {
                all.AddRange(Row(name, variant, fractions, out var row));
                Console.WriteLine($"{row} {Against(drifts[0][(all.Count - fractions.Length)..all.Count], all[^fractions.Length..])} |");
            }
        if (models.Length * variants.Length == 1) return;
        Console.WriteLine($"\n| variant | KL, all cells | change, all cells |\n| --- | --- | --- |");
        foreach (var (variant, all) in variants.Zip(drifts)) Console.WriteLine($"| {variant} | {Against(drifts[0], all)} |");
    }

    private static string Against(List<OutputDrift> first, List<OutputDrift> other)
        => first.SequenceEqual(other, ReferenceEqualityComparer.Instance) ? " | "
        : $"{PairedDifference.Of([.. first.Zip(other, (a, b) => (a.Divergence, b.Divergence))])} | "
            + $"{PairedDifference.Of([.. first.Zip(other, (a, b) => (a.Error, b.Error))])}";

    private static List<OutputDrift> Row(string name, string variant, double[] fractions, out string row)
    {
        using var model = ShippedDigits.Model(name);
        var digits = ShippedDigits.Calibration();
        var clock = new Stopwatch();
        var drifts =
            fractions.Select(zeros
            => OutputDrift.Of([.. Enumerable.Range(0, Folds).Select(fold => Drift(model, zeros, variant, digits, fold, clock))])).ToList();
        var cells = drifts.Select(drift => $" {1000 * drift.Divergence.Average():f2}; {100 * drift.Error.Average():f2}; "
            + $"{100 * drift.Changed.Average():f1} |");
        row = $"| {name} | {variant} |{string.Concat(cells)} {clock.Elapsed.TotalSeconds / fractions.Length / Folds:f1} |";
        return drifts;
    }

    private static OutputDrift Drift(OnnxModel model, double zeros, string variant, EvaluationData digits, int fold, Stopwatch clock)
    {
        var options = PruningOptions.Accurate(SparsityTarget.Zeros(zeros), Rows(digits, row => row % Folds != fold));
        clock.Start();
        using var pruned = ModelPruner.Prune(model, With(options, variant)).Model;
        clock.Stop();
        var heldBack = Rows(digits, row => row % Folds == fold);
        return OutputDrift.Between(Outputs(model, heldBack), Outputs(pruned, heldBack));
    }

    internal static FloatTensor Outputs(OnnxModel model, EvaluationData data)
    {
        var working = new WorkingModel(model);
        using var stream = new ActivationStream(working, CalibrationInputs.Create(model, data, data.Rows).All());
        stream.Advance(working.Outputs, default);
        return Joined([.. Enumerable.Range(0, stream.Batches).Select(batch => FloatTensor.Of(stream[batch, working.Outputs[0]]))]);
    }

    private static FloatTensor Joined(IReadOnlyList<FloatTensor> batches)
        => new([.. batches.SelectMany(batch => batch.Values)], [batches.Sum(batch => batch.Shape[0]), .. batches[0].Shape[1..]]);

    internal static EvaluationData Rows(EvaluationData data, Func<int, bool> select)
    {
        var input = data.Inputs[0];
        var length = input.Values.Length / data.Rows;
        var rows = Enumerable.Range(0, data.Rows).Where(select).ToList();
        var values = new float[rows.Count * length];
        for (var i = 0; i < rows.Count; i++) Array.Copy(input.Values, rows[i] * length, values, i * length, length);
        return new([InputTensor.Create(input.Name, values, [rows.Count, .. input.Shape.Skip(1)])]);
    }

    /// <summary>The options with some properties set, their own or those of reconstruction: NAME=VALUE, several joined by +.</summary>
    private static PruningOptions With(PruningOptions options, string variant)
    {
        if (variant == "-") return options;
        var changed = options with { Reconstruction = options.Reconstruction with { } };
        foreach (var setting in variant.Split('+'))
        {
            var (name, value) = setting.Split('=') is [var n, var v] ? (n, v)
                : throw new ArgumentException($"'{setting}' is not NAME=VALUE");
            object owner = typeof(PruningOptions).GetProperty(name) is null ? changed.Reconstruction : changed;
            var property = owner.GetType().GetProperty(name) ?? throw new ArgumentException($"there is no option '{name}'");
            property.SetValue(owner,
                property.PropertyType == typeof(SparsityPattern) ? PatternWord.Read(value)
                : property.PropertyType.IsEnum ? Enum.Parse(property.PropertyType, value)
                : Convert.ChangeType(value, property.PropertyType, CultureInfo.InvariantCulture));
        }
        return changed;
    }
}
