using GspMl.Benchmarks.Pruning;
using GspMl.Onnx;

namespace GspMl.Benchmarks.Gpu;

/// <summary>Automatic choice, a GPU that is not there, and memory that does not suffice.</summary>
internal static class GpuRefusals
{
    private const int NoSuchDevice = 99;
    private const long Enough = 1L << 30;
    private const long TooLittle = 1 << 20;

    public static void Run(EvaluationOptions options, Findings findings)
    {
        using var model = ShippedDigits.Model("resnet14_bn");
        Console.WriteLine("## Where it runs, and what is said where it does not\n\n| asked for | ran on | said | as it should be |\n| --- "
            + "| --- | --- | --- |");
        Runs("auto", "CUDA", options with { Provider = ExecutionProvider.Auto });
        Runs($"auto, GPU {NoSuchDevice}", "CPU", options with { Provider = ExecutionProvider.Auto, Device = NoSuchDevice });
        Refused($"GPU {NoSuchDevice}", $"There is no GPU {NoSuchDevice}", options with { Device = NoSuchDevice });
        Runs($"{Enough:N0} bytes, 1,000 rows", "CUDA", options with { DeviceMemoryLimit = Enough, BatchSize = 1000 });
        Refused($"{TooLittle:N0} bytes, 1,000 rows", "does not suffice", options with { DeviceMemoryLimit = TooLittle, BatchSize = 1000 });
        Console.WriteLine();

        void Runs(string what, string provider, EvaluationOptions with)
        {
            try
            {
                var result = ModelEvaluator.Evaluate(model, ShippedDigits.Test(), with);
                Print(what, result.Provider, result.ProviderNote, result.Provider == provider);
            }
            catch (OnnxModelException e) { Print(what, "–", e.Message, false); }
        }

        void Refused(string what, string words, EvaluationOptions with)
        {
            try { Print(what, ModelEvaluator.Evaluate(model, ShippedDigits.Test(), with).Provider, null, false); }
            catch (OnnxModelException e)
            {
                Print(what, "–", e.Message,
                e is ProviderUnavailableException && e.Message.Contains(words, StringComparison.Ordinal));
            }
        }

        void Print(string what, string ran, string? said, bool right)
            => Console.WriteLine($"| {what} | {ran} | {said?.ReplaceLineEndings(" ")} | "
                + $"{findings.Add(right, $"{what}: ran on {ran}; {said}")} |");
    }
}
