using System.Globalization;
using GspMl.Onnx;
using GspMl.Projection;

namespace GspMl.Benchmarks.Patterns;

/// <summary>
/// `bench patterns speed MODEL.onnx|NAME [ZEROS,…] [ROWS,…] [BLOCK,…] [THREADS]`: the time of a model with column sets, written for speed,
/// by its time as it was. Supports are chosen by magnitude, the same part of every layer: how fast a model is depends on their size alone.
/// </summary>
internal static class ColumnSpeed
{
    private const int Rounds = 15;

    public static void Run(string[] args)
    {
        using var model = Path.Exists(args[0]) ? OnnxModel.Load(args[0]) : Pruning.ShippedDigits.Model(args[0]);
        var threads = args.Length > 4 ? int.Parse(args[4], CultureInfo.InvariantCulture) : 1;
        var rows = Numbers(args, 2, "1,8,64");
        Console.WriteLine($"{args[0]}, {threads} thread(s): ratio (95 % interval), layers written otherwise\n");
        Console.WriteLine($"| zeros | block | {string.Join(" | ", rows.Select(count => $"{count} rows"))} |");
        Console.WriteLine($"| --- | --- |{string.Concat(rows.Select(_ => " --- |"))}");
        foreach (var zeros in Numbers(args, 1, "0.5,0.7,0.8,0.9"))
            foreach (var block in Numbers(args, 3, "64"))
            {
                var cells = rows.Select(count => Cell(model, zeros, (int)block, (int)count, threads));
                Console.WriteLine($"| {100 * zeros:f0} % | {block} |{string.Concat(cells)}");
            }
    }

    private static string Cell(OnnxModel model, double zeros, int block, int rows, int threads)
    {
        var options = new PruningOptions
        {
            Target = SparsityTarget.Zeros(zeros),
            Pattern = SparsityPattern.Columns(block),
            Allocation = SparsityAllocation.Uniform,
            Values = WeightValues.Original,
        };
        using var pruned = ModelPruner.Prune(model, options).Model;
        var report = ModelRewriter.Rewrite(pruned, new() { Rows = rows, MaxThreads = threads, TimingRounds = Rounds }).Report;
        return report.Ratio is { } ratio
            ? $" {ratio.Median:f2} ({ratio.Interval.Low:f2} to {ratio.Interval.High:f2}), {report.RewrittenCount} of "
            + $"{report.Layers.Count} |"
            : " – |";
    }

    private static double[] Numbers(string[] args, int index, string otherwise)
        => [.. (args.Length > index ? args[index] : otherwise).Split(',')
            .Select(number => double.Parse(number, CultureInfo.InvariantCulture))];
}
