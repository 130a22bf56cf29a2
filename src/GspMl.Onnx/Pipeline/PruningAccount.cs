using GspMl.Onnx.Allocation;
using GspMl.Onnx.Pruning;

namespace GspMl.Onnx.Pipeline;

/// <summary>What was found out about the layers while they were pruned: the grounds of the report.</summary>
/// <param name="Obstacles">Why a layer was not calibrated.</param>
/// <param name="Levels">What fewer weights cost each layer that was measured, the dense level first.</param>
/// <param name="Errors">The error that reconstruction left in a layer's outputs, as a fraction of their variance.</param>
internal sealed record PruningAccount(
    IReadOnlyDictionary<PrunableWeight, string> Obstacles,
    IReadOnlyDictionary<PrunableWeight, IReadOnlyList<SparsityLevel>> Levels,
    IReadOnlyDictionary<PrunableWeight, double> Errors)
{
    /// <summary>Adds to a layer's result what is known of it, and why it came to that.</summary>
    public LayerPruning Explain(SelectedLayer layer, LayerPruning pruned) => pruned with
    {
        Reason = string.Join("; ", Reasons(layer, pruned)),
        OutputError = Errors.TryGetValue(layer.Weight, out var error) ? error : null,
        Levels = [.. LevelsOf(layer.Weight)],
    };

    private IEnumerable<string> Reasons(SelectedLayer layer, LayerPruning pruned)
    {
        if (layer.HasOwnTarget) yield return "a pattern set its target";
        else if (Levels.ContainsKey(layer.Weight)) yield return Around(pruned.After.Zeros, [.. LevelsOf(layer.Weight)]);
        if (Obstacles.TryGetValue(layer.Weight, out var obstacle)) yield return $"not calibrated: {obstacle}";
        else if (Errors.TryGetValue(layer.Weight, out var error))
            yield return $"reconstructed; {error:P1} of its output's variance is left as error";
    }

    /// <summary>
    /// The measured levels on both sides of what was chosen: what the layer's zeros cost, and what the next ones would have.
    /// </summary>
    private static string Around(double zeros, IReadOnlyList<MeasuredLevel> levels)
    {
        // A fraction of a weight may be lost in turning weights to keep into zeros.
        var below = levels.Last(level => level.Zeros <= zeros + 1e-3);
        var above = levels.FirstOrDefault(level => level.Zeros > zeros + 1e-3);
        var tried = new[] { below, above }.OfType<MeasuredLevel>().Where(level => level.Zeros > 0)
            .Select(level => $"at {level.Zeros:P1} zeros by {level.Change:P2}");
        return $"pruned alone, it changed the model's outputs {string.Join(", ", tried)} of their variance";
    }

    private IEnumerable<MeasuredLevel> LevelsOf(PrunableWeight weight)
        => Levels.TryGetValue(weight, out var levels) ? levels.Select(level => level.Of(weight.Count)) : [];
}
