using GspMl.Cli.Text;
using GspMl.Onnx;

namespace GspMl.Cli.Eval;

/// <summary>Words for what ran a model.</summary>
internal static class Where
{
    // Further ones are in --format json; models with many are those whose shapes are computed.
    private const int NodesShown = 5;

    public static string Of(EvaluationResult result) => Device(result.Provider, result.Device);

    /// <summary>The device, and why it is not another.</summary>
    public static string Of(EvaluatedModel model)
        => Device(model.Provider, model.Device) + (model.ProviderNote is { } note ? $" ({note})" : "");

    /// <summary>A sentence for each model of which a GPU did not run all.</summary>
    public static IEnumerable<string> OnCpu(IEnumerable<EvaluatedModel> models) =>
        from model in models
        where model.CpuNodes.Count > 0
        let shown = model.CpuNodes.Take(NodesShown).Select(node => $"{node.Name} ({node.Operator})")
        let more = model.CpuNodes.Count > NodesShown ? $" and {model.CpuNodes.Count - NodesShown:N0} more" : ""
        select $"the CPU ran {Format.Count(model.CpuNodes.Count, "node")} of {model.Model}: {string.Join(", ", shown)}{more}";

    private static string Device(string provider, int? device) => device is { } number ? $"{provider} {number}" : provider;
}
