using System.Diagnostics;
using System.Globalization;
using GspMl.Benchmarks.Patterns;
using GspMl.Benchmarks.RealModels.Judging;
using GspMl.Onnx;
using GspMl.Projection;

namespace GspMl.Benchmarks.RealModels;

/// <summary>
/// `bench real-models columns DIR [MODEL,…] [ZEROS,…] [ROWS] [PATTERN,…]`: what models of real size say with column sets, the same part of
/// every layer, refitted on the first ROWS calibration inputs with a short search, and the time of a run of one row by the dense model's.
/// </summary>
internal static class ColumnTables
{
    public static void Run(string[] args)
    {
        var folder = new RealFolder(args[0]);
        var names = args.Length > 1 ? args[1].Split(',') : ["resnet18", "minilm"];
        var fractions = (args.Length > 2 ? args[2] : "0.5,0.7").Split(',').Select(text => double.Parse(text, CultureInfo.InvariantCulture));
        var rows = args.Length > 3 ? int.Parse(args[3], CultureInfo.InvariantCulture) : 32;
        var patterns = (args.Length > 4 ? args[4] : "columns64").Split(',');
        foreach (var real in RealModel.All.Where(model => names.Contains(model.Name)))
            foreach (var zeros in fractions)
                foreach (var pattern in patterns) Print(folder, real, zeros, rows, pattern);
    }

    private static void Print(RealFolder folder, RealModel real, double zeros, int rows, string pattern)
    {
        using var model = OnnxModel.Load(folder.Model($"{real.Name}.onnx"));
        var clock = Stopwatch.StartNew();
        var calibration = FirstRows.Of(real.CalibrationData(folder), rows);
        using var pruned = ModelPruner.Prune(model, Options(zeros, PatternWord.Read(pattern), calibration)).Model;
        var seconds = clock.Elapsed.TotalSeconds;
        var target = Path.Combine(Path.GetTempPath(), $"bench-columns-{Environment.ProcessId}.onnx");
        try
        {
            pruned.Save(target);
            var dense = Answers(folder, real, folder.Model($"{real.Name}.onnx"));
            var measures = Answers(folder, real, target).Against(dense);
            var ratio = ModelRewriter.Rewrite(pruned, new() { Rows = 1, MaxThreads = 1, Inputs = calibration }).Report.Ratio;
            Console.WriteLine($"| {real.Name} | {100 * zeros:f0} % | {pattern} | {string.Join(" | ", measures)} | {ratio?.Median:f2} "
                + $"({ratio?.Interval.Low:f2} to {ratio?.Interval.High:f2}) | {seconds:f0} s |");
        }
        finally
        {
            File.Delete(target);
        }
    }

    internal static PruningOptions Options(double zeros, SparsityPattern pattern, EvaluationData calibration) => new()
    {
        Target = SparsityTarget.Zeros(zeros),
        Pattern = pattern,
        Allocation = SparsityAllocation.Uniform,
        Score = WeightScore.Saliency,
        Values = WeightValues.Reconstructed,
        Calibration = calibration,
        Reconstruction = new() { SearchRounds = 2, VariedCopies = 0, RowsPerFilter = 0 },
    };

    private static IAnswers Answers(RealFolder folder, RealModel model, string path)
    {
        using var runner = new Runner(path);
        return model.Answer(folder, runner);
    }
}
