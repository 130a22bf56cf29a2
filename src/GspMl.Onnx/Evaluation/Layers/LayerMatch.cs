namespace GspMl.Onnx.Evaluation.Layers;

/// <summary>Finds the layer of the pruned model that took a dense layer's place.</summary>
/// <param name="Pair">The two; null where there is none.</param>
/// <param name="Reason">Why there is none.</param>
internal sealed record LayerMatch(LayerPair? Pair, string? Reason)
{
    /// <summary>By the names of node and weight, else by the node's name, else by the weight's.</summary>
    public static LayerMatch Of(LayerSpot layer, IReadOnlyList<LayerSpot> candidates)
    {
        if (layer.Place < 0) return new(null, "its node lies in a subgraph or function");
        if (!layer.IsReached) return new(null, "it reads nothing that depends on the model's input");
        var reached = candidates.Where(candidate => candidate.IsReached && candidate.Weight.Operator == layer.Weight.Operator).ToList();
        var match = reached.FirstOrDefault(candidate => candidate.Name == layer.Name && candidate.Weight.Name == layer.Weight.Name)
            ?? reached.FirstOrDefault(candidate => candidate.Name == layer.Name)
            ?? reached.FirstOrDefault(candidate => candidate.Weight.Name == layer.Weight.Name);
        return match is null ? new(null, "the other model has no layer of this name") : new(new(layer, match), null);
    }
}
