using System.Globalization;
using GspMl.Benchmarks.RealModels.Judging;

namespace GspMl.Benchmarks.RealModels;

/// <summary>
/// `bench real-models accuracy DIR [MODEL,…|all] [ZEROS,…] [METHOD,…] [SECONDS]`: one table for each model. What the pruned models say on
/// test inputs against what the dense ones say, every run in a process of its own. METHOD is a name or a part of
/// several; SECONDS limits a run.
/// </summary>
internal static class AccuracyTables
{
    private static readonly double[] Fractions = [0.5, 0.7, 0.8, 0.9];

    public static void Run(string[] args)
    {
        var folder = new RealFolder(args[0]);
        var names = args.Length > 1 && args[1] != "all" ? args[1].Split(',') : null;
        double[] fractions = args.Length > 2 ? [.. args[2].Split(',').Select(Number)] : Fractions;
        var parts = args.Length > 3 ? args[3].Split(',') : [""];
        var methods = parts.SelectMany(Methods).ToList();
        var limit = TimeSpan.FromSeconds(args.Length > 4 ? Number(args[4]) : 1200);
        foreach (var model in RealModel.All.Where(model => names?.Contains(model.Name) ?? true))
            Print(folder, model, fractions, methods, limit);
    }

    private static IEnumerable<RealMethod> Methods(string part)
        => RealMethod.All.Where(method => method.Name == part) is var own && own.Any() ? own
            : RealMethod.All.Where(method => method.Name.Contains(part));

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static void Print(RealFolder folder, RealModel model, double[] fractions, List<RealMethod> methods, TimeSpan limit)
    {
        var dense = Answers(folder, model, folder.Model($"{model.Name}.onnx"));
        string[] columns = [.. dense.Against(dense).Select(measure => measure.Name)];
        string[] header = ["zeros", "method", .. columns.Select(column => column.Replace('|', '∣')), "s", "cores · s", "peak MB"];
        Console.WriteLine($"\n### {model.Name}\n\n| {string.Join(" | ", header)} |");
        Console.WriteLine($"| ---: | --- |{string.Concat(header[2..].Select(_ => " ---: |"))}");
        foreach (var zeros in fractions)
            foreach (var method in methods) Console.WriteLine($"| {string.Join(" | ", Row(folder, model, dense, zeros, method, limit))} |");
    }

    private static IEnumerable<string> Row(RealFolder folder, RealModel model, IAnswers dense, double zeros, RealMethod method,
        TimeSpan limit)
    {
        var target = Path.Combine(Path.GetTempPath(), $"bench-{Environment.ProcessId}-{model.Name}.onnx");
        try
        {
            var (run, failure) = PrunedRun.Of(folder, model.Name, method.Name, zeros, target, limit);
            if (run is null) return [$"{100 * zeros:f0}", method.Name, failure];
            var measures = Answers(folder, model, target).Against(dense);
            var missed = Math.Abs(run.Zeros - zeros) > 0.005 ? $" ({100 * run.Zeros:f1})" : "";
            return [$"{100 * zeros:f0}{missed}", method.Name, .. measures.Select(measure => $"{measure}"), $"{run.Seconds:f1}",
                $"{run.ProcessorSeconds:f1}", $"{run.Megabytes:f0}"];
        }
        finally
        {
            File.Delete(target);
        }
    }

    private static IAnswers Answers(RealFolder folder, RealModel model, string path)
    {
        using var runner = new Runner(path);
        return model.Answer(folder, runner);
    }
}
