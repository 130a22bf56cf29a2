using System.Text.RegularExpressions;
using GspMl.Projection;

namespace GspMl.Onnx.Pruning;

/// <summary>A weight that is to be pruned, and its target.</summary>
/// <param name="Weight">The weight.</param>
/// <param name="Target">What its group is to reach.</param>
/// <param name="HasOwnTarget">Whether a pattern set the target: the layer is then no part of a group that spans layers.</param>
internal sealed record SelectedLayer(PrunableWeight Weight, SparsityTarget Target, bool HasOwnTarget);

/// <summary>Picks the weights that the options' patterns ask for.</summary>
internal static class LayerSelection
{
    /// <exception cref="NothingMatchedException">A pattern matches no weight, or no weight is left.</exception>
    public static (IReadOnlyList<SelectedLayer> Layers, IReadOnlyList<SkippedTensor> Skipped) Choose(OnnxModel model,
        PruningOptions options)
    {
        if (model.Weights.Count == 0) throw NoWeight(model);
        var (include, exclude) = (Globs(model, options.Include, "include"), Globs(model, options.Exclude, "exclude"));
        var targets = Globs(model, [.. options.LayerTargets.Select(t => t.Pattern)], "layer sparsity");
        var layers = new List<SelectedLayer>();
        var skipped = new List<SkippedTensor>();
        foreach (var weight in model.Weights)
        {
            var reason = Obstacle(weight, options, include, exclude);
            if (reason is not null) skipped.Add(new(weight.Name, weight.ElementType, weight.Shape, reason));
            else layers.Add(Select(weight, options, targets));
        }
        if (layers.Count == 0)
            throw new NothingMatchedException($"{model.Path}: no weight is left to prune: "
                + $"{string.Join("; ", skipped.Select(s => $"{s.Name}: {s.Reason}"))}.");
        return (layers, skipped);
    }

    /// <summary>Damage may be why there is none: tensors whose data overlaps are no weights, whether it is there or not.</summary>
    private static NothingMatchedException NoWeight(OnnxModel model)
    {
        model.Elements.CheckData(model.Tensors);
        var sparse = model.Dense().Weights.Select(weight => weight.Name).ToList();
        return new($"{model.Path} holds no weight that can be pruned"
            + (sparse.Count == 0 ? "." : $": {string.Join(", ", sparse)} are stored sparse; prune the model that it was made of, or "
                + "write that with --store dense."));
    }

    private static SelectedLayer Select(PrunableWeight weight, PruningOptions options, List<Regex> targets)
    {
        var own = targets.FindLastIndex(glob => Matches(glob, weight));
        return new(weight, own < 0 ? options.Target : options.LayerTargets[own].Target, own >= 0);
    }

    private static string? Obstacle(PrunableWeight weight, PruningOptions options, List<Regex> include, List<Regex> exclude)
    {
        if (include.Count > 0 && !include.Exists(glob => Matches(glob, weight))) return "no include pattern matches it";
        if (exclude.Exists(glob => Matches(glob, weight))) return "an exclude pattern matches it";
        if (options.Pattern.Obstacle(weight) is { } obstacle) return obstacle;
        if (options.Pattern.IsScattered && options.Allocation.TakesGroup && LayerVectors.VectorLength(weight, options.Group) < 2)
            return $"with group {options.Group} its vectors have one entry each, for which no sparsity is defined";
        return null;
    }

    /// <summary>The patterns, each of which matches a weight or the node that reads it.</summary>
    /// <exception cref="NothingMatchedException">A pattern matches no weight.</exception>
    public static List<Regex> Globs(OnnxModel model, IReadOnlyList<string> patterns, string what)
    {
        var globs = patterns.Select(Glob).ToList();
        for (var i = 0; i < globs.Count; i++)
            if (!model.Weights.Any(weight => Matches(globs[i], weight)))
                throw new NothingMatchedException($"{model.Path}: the {what} pattern '{patterns[i]}' matches no weight. There are: "
                    + $"{string.Join(", ", model.Weights.Select(w => w.Name))}.");
        return globs;
    }

    public static bool Matches(Regex glob, PrunableWeight weight) => glob.IsMatch(weight.Name) || weight.Nodes.Any(glob.IsMatch);

    private static Regex Glob(string pattern)
        => new($"^{Regex.Escape(pattern).Replace("\\*", ".*", StringComparison.Ordinal).Replace("\\?", ".", StringComparison.Ordinal)}$",
            RegexOptions.Singleline | RegexOptions.CultureInvariant);
}
