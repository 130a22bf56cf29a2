using System.Diagnostics;
using System.Globalization;
using GspMl.Benchmarks.Pruning;
using GspMl.Onnx;

namespace GspMl.Benchmarks.RealModels;

/// <summary>
/// `bench real-models channels DIR [MODEL,…] [MACS,…] [METHOD] [ROWS]`: what models of real size say without whole channels, chosen and
/// refitted on the first ROWS calibration inputs, beside equal shares by L1 norm with the same refit, and the time of a run of one row by
/// the dense model's.
/// </summary>
internal static class ChannelTables
{
    private const int AllRows = int.MaxValue;

    public static void Run(string[] args)
    {
        var folder = new RealFolder(args[0]);
        var names = args.Length > 1 ? args[1].Split(',') : ["resnet18", "minilm", "ocr-rec", "ocr-det"];
        var fractions = (args.Length > 2 ? args[2] : "0.3,0.5").Split(',').Select(text => double.Parse(text, CultureInfo.InvariantCulture))
            .ToList();
        var methods = ChannelMethod.All.Where(method => method.Name.Contains(args.Length > 3 ? args[3] : "ed", StringComparison.Ordinal));
        var rows = args.Length > 4 ? int.Parse(args[4], CultureInfo.InvariantCulture) : AllRows;
        foreach (var name in names)
            foreach (var macs in fractions)
                foreach (var method in methods) Print(folder, RealModel.All.Single(model => model.Name == name), macs, method, rows);
    }

    private static void Print(RealFolder folder, RealModel real, double macs, ChannelMethod method, int rows)
    {
        using var model = OnnxModel.Load(folder.Model($"{real.Name}.onnx"));
        var before = Process.GetCurrentProcess().TotalProcessorTime;
        var calibration = FirstRows.Of(real.CalibrationData(folder), rows);
        var target = Path.Combine(Path.GetTempPath(), $"bench-channels-{Environment.ProcessId}.onnx");
        try
        {
            var (smaller, report) = method.Prune(model, macs, calibration);
            using (smaller) smaller.Save(target);
            var self = Process.GetCurrentProcess();
            Console.WriteLine($"| {real.Name} | {100 * report.MacsGone:f1} % | {method.Name} | {Answers(folder, real, target)} "
                + $"| {Time(model, target, calibration)} | {(self.TotalProcessorTime - before).TotalSeconds:f0} s "
                + $"| {self.PeakWorkingSet64 / 1e6:f0} MB |");
        }
        catch (OnnxModelException e)
        {
            Console.WriteLine($"| {real.Name} | {100 * macs:f0} % | {method.Name} | {e.Message} |");
        }
        finally
        {
            File.Delete(target);
        }
    }

    private static string Answers(RealFolder folder, RealModel real, string path)
    {
        using var dense = new Runner(folder.Model($"{real.Name}.onnx"));
        using var smaller = new Runner(path);
        return string.Join(" | ", real.Answer(folder, smaller).Against(real.Answer(folder, dense)));
    }

    /// <summary>Of one row on one thread.</summary>
    private static string Time(OnnxModel dense, string path, EvaluationData calibration)
    {
        using var smaller = OnnxModel.Load(path);
        var both = ModelEvaluator.Compare(dense, smaller, FirstRows.Of(calibration, 2),
            new() { LatencyRuns = 30, WarmUpRuns = 5, CompressedSize = false, MaxThreads = 1 });
        return $"{both.Candidate.SingleRow!.MedianMilliseconds / both.Baseline.SingleRow!.MedianMilliseconds:f2}";
    }
}
