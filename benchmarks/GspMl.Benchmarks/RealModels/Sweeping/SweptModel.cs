using System.Text.Json;
using GspMl.Cli;

namespace GspMl.Benchmarks.RealModels.Sweeping;

/// <summary>One model through <c>gspml inspect</c> and <c>gspml prune</c>, and what is wrong with the answers.</summary>
/// <param name="path">The model.</param>
/// <param name="samples">Where its sample inputs lie.</param>
internal sealed class SweptModel(string path, string samples)
{
    private static readonly int[] Documented = [0, 2, 3];

    public int Inspected { get; private set; }

    public long Weights { get; private set; }

    /// <summary>Null where there was nothing to prune.</summary>
    public int? Pruned { get; private set; }

    /// <summary>Whether ONNX Runtime runs the source on its sample inputs.</summary>
    public bool SourceRuns { get; private set; }

    public bool ResultRuns { get; private set; }

    /// <summary>Tensors whose zeros were counted again.</summary>
    public int Counted { get; private set; }

    public List<string> Faults { get; } = [];

    /// <summary>Why pruning was refused, exit code 2.</summary>
    public string Refusal { get; private set; } = "";

    public static async Task<SweptModel> RunAsync(string path, string samples, string scratch)
    {
        var swept = new SweptModel(path, samples);
        await swept.InspectAsync();
        await swept.PruneAsync(System.IO.Path.Combine(scratch, "pruned.onnx"));
        return swept;
    }

    private async Task InspectAsync()
    {
        var (code, answer, errors) = await Call("inspect", path, "--gzip", "never", "--format", "json");
        Inspected = code;
        if (!Documented.Contains(code) || (code == 0) != (errors.Length == 0)) Faults.Add($"inspect exits {code}: {errors}");
        if (code == 0) Weights = answer!.RootElement.GetProperty("weights").GetInt64();
    }

    private async Task PruneAsync(string target)
    {
        var (code, answer, errors) = await Call("prune", path, "-o", target, "--zeros", "0.5", "--preset", "fast", "--gzip", "never",
            "--format", "json");
        Pruned = code;
        if (!Documented.Contains(code)) Faults.Add($"prune exits {code}: {errors}");
        if (Inspected == 0 && Weights == 0 && code != 3) Faults.Add($"nothing to prune, but prune exits {code}: {errors}");
        if ((code == 0) != File.Exists(target)) Faults.Add($"prune exits {code}, and {(code == 0 ? "nothing" : "a file")} is written");
        if (code == 2) Refusal = errors;
        if (code != 0) return;
        CountAgain(answer!, RawModel.Constants(target));
        CompareRuns(target);
        File.Delete(target);
    }

    private void CountAgain(JsonDocument answer, Dictionary<string, RawTensor> constants)
    {
        foreach (var layer in answer.RootElement.GetProperty("layers").EnumerateArray())
        {
            var name = layer.GetProperty("name").GetString()!;
            if (!constants.TryGetValue(name, out var tensor))
            {
                Faults.Add($"the report's {name} is not in the file");
                continue;
            }
            if (tensor.Type is 2 or 3 or 4 or 5) continue; // quantized: its zeros are its zero point's
            Counted++;
            var told = layer.GetProperty("zerosAfter").GetDouble() * tensor.Shape.Aggregate(1L, (count, extent) => count * extent);
            var zeros = tensor.ZeroCount();
            if (Math.Abs(told - zeros) > 0.01) Faults.Add($"{name}: the report counts {told} zeros, the file has {zeros}");
        }
    }

    private void CompareRuns(string target)
    {
        var before = SampleRun.Of(path, samples, out _);
        SourceRuns = before is not null;
        if (!SourceRuns) return;
        var after = SampleRun.Of(target, samples, out var failure);
        ResultRuns = after == before;
        if (!ResultRuns) Faults.Add($"the source gives {before}, the pruned model {after ?? failure}");
    }

    private static async Task<(int Code, JsonDocument? Answer, string Errors)> Call(params string[] args)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var code = await Gspml.RunAsync(args, output, errors);
        return (code, code == 0 ? JsonDocument.Parse(output.ToString()) : null, errors.ToString().Trim());
    }
}
