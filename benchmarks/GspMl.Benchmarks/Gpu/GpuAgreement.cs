using GspMl.Benchmarks.Pruning;
using GspMl.Onnx;

namespace GspMl.Benchmarks.Gpu;

/// <summary>Every shipped net on the GPU against itself on the CPU, on the 1,000 test digits.</summary>
internal static class GpuAgreement
{
    // Sums of float32 products in another order differ by some units in the last place, of values up to some tens.
    private const double LargestDifference = 1e-3;

    public static void Run(IReadOnlyList<string> models, EvaluationOptions options, Findings findings)
    {
        Console.WriteLine($"## The nets on {options.Provider} {options.Device} against the CPU, 1,000 test digits\n");
        Console.WriteLine("| net | ran on | largest difference | same class | accuracy, CPU | accuracy | nodes on the CPU | as it should "
            + "be |");
        Console.WriteLine("| --- | --- | ---: | ---: | ---: | ---: | --- | --- |");
        foreach (var name in models) Console.WriteLine(Row(name, options, findings));
        Console.WriteLine();
    }

    private static string Row(string name, EvaluationOptions options, Findings findings)
    {
        using var model = ShippedDigits.Model(name);
        var cpu = ModelEvaluator.Evaluate(model, ShippedDigits.Test(), options with { Provider = ExecutionProvider.Cpu });
        try
        {
            var both = ModelEvaluator.Compare(cpu, ModelEvaluator.Evaluate(model, ShippedDigits.Test(), options));
            var gpu = both.Candidate;
            var right = both.MaxDifference <= LargestDifference && both.Agreement == 1;
            var finding = $"{name}: largest difference {both.MaxDifference:g3}, same class on {100 * both.Agreement:f1} %";
            return $"| {name} | {gpu.Provider} {gpu.Device} | {both.MaxDifference:g3} "
                + $"| {100 * both.Agreement:f1} % | {100 * cpu.Accuracy:f1} % | {100 * gpu.Accuracy:f1} % "
                + $"| {Nodes(gpu)} | {findings.Add(right, finding)} |";
        }
        catch (OnnxModelException e)
        {
            return $"| {name} | – | – | – | {100 * cpu.Accuracy:f1} % | – | {e.Message} | "
                + $"{findings.Add(false, $"{name} runs: {e.Message}")} |";
        }
    }

    private static string Nodes(EvaluationResult result) =>
        result.CpuNodes.Count == 0 ? "none"
            : string.Join(", ", result.CpuNodes.GroupBy(node => node.Operator).Select(nodes => $"{nodes.Count()} {nodes.Key}"));
}
