using GspMl.Cli.Text;
using GspMl.Onnx;

namespace GspMl.Cli.Eval;

/// <summary>What the drift of the layers means.</summary>
internal static class LayerWords
{
    // An error that shows in most outputs.
    private const double Noticeable = 0.1;

    // Outputs that have next to nothing to do with each other are off by 100 % and more.
    private const double Wholly = 0.7;

    public static readonly string[] Columns = ["<layer", "<operator", "input", "inherited", "own", "total"];

    public static string[] Cells(LayerDrift layer)
        => [layer.Node, layer.Operator, Format.Percent(layer.Input), Format.Percent(layer.Inherited),
            Format.Percent(layer.Own), Format.Percent(layer.Total)];

    /// <summary>Where the damage starts, and what could not be measured.</summary>
    public static IEnumerable<string> Of(IReadOnlyList<LayerDrift> layers)
    {
        if (layers.Where(layer => layer.Own > 0).MaxBy(layer => layer.Own) is { } worst)
            yield return $"'{worst.Node}' has the largest error of its own: {Format.Percent(worst.Own)} of its output"
                + (layers.FirstOrDefault(layer => layer.Total > Noticeable) is { } first
                    ? $"; the first whose output is off by more than {Noticeable:P0} is '{first.Node}': {Format.Percent(first.Total)}, "
                        + $"{Format.Percent(first.Inherited)} inherited and {Format.Percent(first.Own)} its own" : "");
        else if (layers.Any(layer => layer.Total == 0)) yield return "no layer has an error of its own";
        if (layers.Any(layer => layer.Own > Wholly))
            yield return "an error of its own near 100 % has no layer that was pruned well: if channels of one model were reordered "
                + "(prune --permute), such layers are not comparable, though outputs are";
        foreach (var noted in layers.Where(layer => layer.Note is not null).GroupBy(layer => layer.Note))
            yield return $"not compared: {string.Join(", ", noted.Select(layer => $"'{layer.Node}'"))}: {noted.Key}";
    }
}
