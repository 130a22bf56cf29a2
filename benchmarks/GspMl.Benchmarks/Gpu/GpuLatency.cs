using GspMl.Benchmarks.Pruning;
using GspMl.Onnx;
using GspMl.Projection;

namespace GspMl.Benchmarks.Gpu;

/// <summary>
/// Latencies of each net dense, with 80 % zeros and with half its multiply-accumulates taken out as channels, timed in turns.
/// </summary>
internal static class GpuLatency
{
    private const double Zeros = 0.8;
    private const double Macs = 0.5;
    private static readonly int[] Batches = [64, 1024];

    public static void Run(IReadOnlyList<string> models, EvaluationOptions options)
    {
        Console.WriteLine($"## Latency on {options.Provider} {options.Device}: median milliseconds, in brackets without the copies to and "
            + "from it\n");
        Console.WriteLine($"| net | form | 1 row | {string.Join(" | ", Batches.Select(rows => $"{rows:N0} rows"))} |\n| --- | --- | ---: "
            + $"|{string.Concat(Batches.Select(_ => " ---: |"))}");
        var digits = GpuCheck.AllDigits();
        foreach (var name in models)
        {
            try { Print(name, digits, options with { LatencyRuns = 50, WarmUpRuns = 10 }); }
            catch (OnnxModelException e) { Console.WriteLine($"| {name} | – | {e.Message} |{string.Concat(Batches.Select(_ => " |"))}"); }
        }
        Console.WriteLine();
    }

    private static void Print(string name, EvaluationData digits, EvaluationOptions options)
    {
        using var dense = ShippedDigits.Model(name);
        using var pruned = ModelPruner.Prune(dense, new() { Target = SparsityTarget.Zeros(Zeros) }).Model;
        using var shrunk = ModelShrinker.Shrink(dense, new() { Target = ShrinkTarget.Macs(Macs) }).Model;
        var runs = Batches.Select(rows => ModelEvaluator.Evaluate([dense, pruned, shrunk], digits, options with { BatchSize = rows }))
            .ToList();
        string[] forms = ["dense", $"{Zeros:P0} zeros", $"{Macs:P0} fewer MACs"];
        for (var form = 0; form < forms.Length; form++)
        {
            var cells = runs.Select(results => Cell(results[form].Batched, results[form].BatchedOnDevice))
                .Prepend(Cell(runs[0][form].SingleRow, runs[0][form].SingleRowOnDevice));
            Console.WriteLine($"| {name} | {forms[form]} | {string.Join(" | ", cells)} |");
        }
    }

    private static string Cell(Latency? latency, Latency? onDevice)
        => $"{latency!.MedianMilliseconds:f3}{(onDevice is null ? "" : $" ({onDevice.MedianMilliseconds:f3})")}";
}
