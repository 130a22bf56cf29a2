using GspMl.Onnx;

namespace GspMl.Cli.Prune;

/// <summary>What is to be told of the layers of a pruned model that was trained on.</summary>
internal static class TunedPruning
{
    /// <summary>The decisions, with the zeros and the sparsity that the layers have now.</summary>
    public static PruningReport Told(PruningReport decisions, OnnxModel tuned)
    {
        var now = ModelPruner.Measure(tuned).ToDictionary(layer => layer.Weight.Name);
        return decisions with
        {
            Layers = [.. decisions.Layers.Select(layer => layer with { After = now[layer.Weight.Name] with { Weight = layer.Weight } })],
        };
    }
}
