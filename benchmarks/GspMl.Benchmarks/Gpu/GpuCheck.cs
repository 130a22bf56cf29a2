using System.Globalization;
using GspMl.Benchmarks.Pruning;
using GspMl.Onnx;

namespace GspMl.Benchmarks.Gpu;

/// <summary>
/// `bench gpu [cuda|cpu] [DEVICE] [MODEL,…]`: what a GPU does, told on one: the same answers as the CPU, latencies of dense, pruned and
/// shrunk nets, and what happens where it cannot serve. `bench gpu cpu` runs the same program on the CPU, to try it.
/// </summary>
internal static class GpuCheck
{
    /// <summary>Prints the tables as Markdown; the exit code is 1 where something was not as it should be.</summary>
    public static void Run(string[] args)
    {
        var provider = args.Length > 0 ? Enum.Parse<ExecutionProvider>(args[0], ignoreCase: true) : ExecutionProvider.Cuda;
        var device = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 0;
        var models = args.Length > 2 ? args[2].Split(',') : PruneAccuracyComparison.Models;
        var options = new EvaluationOptions { Provider = provider, Device = device, LatencyRuns = 0, CompressedSize = false };
        var findings = new Findings();
        GpuAgreement.Run(models, options, findings);
        if (provider == ExecutionProvider.Cuda) GpuRefusals.Run(options, findings);
        GpuLatency.Run(models, options);
        Console.WriteLine(findings);
        if (findings.Failed) Environment.ExitCode = 1;
    }

    /// <summary>Calibration and test digits together: 2,000 rows, enough for batches of 1,024.</summary>
    public static EvaluationData AllDigits()
    {
        float[] values = [.. ShippedDigits.Calibration().Rows(), .. ShippedDigits.Test().Rows()];
        return new([InputTensor.Create("input", values, values.Length / (28 * 28), 1, 28, 28)]);
    }

    private static float[] Rows(this EvaluationData data) => (float[])data.Inputs[0].Values;
}
