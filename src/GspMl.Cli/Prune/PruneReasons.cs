using GspMl.Cli.Text;
using GspMl.Onnx;

namespace GspMl.Cli.Prune;

/// <summary>Why layers were pruned as they were, and others not.</summary>
internal static class PruneReasons
{
    public static IEnumerable<string> Of(PruningReport report)
    {
        yield return $"asked for: {PruneResult.Describe(report.Options)}";
        foreach (var layer in report.Layers.Select(PrunedLayer.Of))
            yield return $"{layer.Name}: {Format.Percent(layer.ZerosAfter)} zeros: {layer.Note}";
        foreach (var tensor in report.Skipped) yield return $"{tensor.Name} [{Format.Shape(tensor.Shape)}] is left alone: {tensor.Reason}";
    }
}
