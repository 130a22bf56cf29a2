using System.Globalization;
using GspMl.Onnx;

namespace GspMl.Benchmarks.Pruning;

/// <summary>
/// `bench shrink-tune [MODEL,…|all] [MACS,…] [METHOD]`: the methods of `bench shrink` fitted to three quarters of the calibration
/// digits and judged by their drift from the dense model on the last quarter, for each quarter in turn. Neither test digits nor labels are
/// seen: defaults are chosen here.
/// </summary>
internal static class ShrinkHeldBack
{
    /// <summary>Prints a table as Markdown, line by line.</summary>
    public static void Run(string[] args)
    {
        var models = args.Length > 0 && args[0] != "all" ? args[0].Split(',') : PruneAccuracyComparison.Models;
        double[] fractions = args.Length > 1 ? [.. args[1].Split(',').Select(number => double.Parse(number, CultureInfo.InvariantCulture))]
            : [0.3, 0.5, 0.7];
        var folds = args.Length > 3 ? int.Parse(args[3], CultureInfo.InvariantCulture) : HeldBackComparison.Folds;
        Console.WriteLine("Drift on held-back calibration digits: squared change of the outputs in % of their variance; decisions changed "
            + "in %.\n");
        foreach (var name in models)
        {
            using var model = ShippedDigits.Model(name);
            foreach (var method in ChannelMethod.All.Where(method
                => args.Length < 3 || method.Name.Contains(args[2], StringComparison.Ordinal)))
                Console.WriteLine($"| {name} | {method.Name} "
                    + $"|{string.Concat(fractions.Select(macs => $" {Cell(model, method, macs, folds)} |"))}");
        }
    }

    private static string Cell(OnnxModel model, ChannelMethod method, double macs, int folds)
    {
        try
        {
            var drift = OutputDrift.Of([.. Enumerable.Range(0, folds).Select(fold => Drift(model, method, macs, fold))]);
            return $"{100 * drift.Error.Average():f2}; {100 * drift.Changed.Average():f1}";
        }
        catch (OnnxModelException)
        {
            return "out of reach";
        }
    }

    private static OutputDrift Drift(OnnxModel model, ChannelMethod method, double macs, int fold)
    {
        var digits = ShippedDigits.Calibration();
        using var smaller = method.Prune(model, macs, HeldBackComparison.Rows(digits, row => row % HeldBackComparison.Folds != fold)).Model;
        var heldBack = HeldBackComparison.Rows(digits, row => row % HeldBackComparison.Folds == fold);
        return OutputDrift.Between(HeldBackComparison.Outputs(model, heldBack), HeldBackComparison.Outputs(smaller, heldBack));
    }
}
