using GspMl.Cli.Html;
using GspMl.Onnx;

namespace GspMl.Cli.Eval;

/// <summary>The layers from top to bottom: for each a bar of the error it inherits and one of its own.</summary>
internal static class LayerChart
{
    private const double MostShown = 2;

    public static string Svg(IReadOnlyList<LayerDrift> layers)
    {
        var shown = layers.Where(layer => layer.Own is not null).ToList();
        var errors = shown.SelectMany(layer => new[] { layer.Own!.Value, layer.Inherited!.Value }).Where(double.IsFinite);
        return new BarChart("Errors of the layers, inherited and own",
            [new("inherited", "var(--third)", Percent), new("own", "var(--second)", Percent)],
            Math.Clamp(errors.DefaultIfEmpty().Max(), 1e-6, MostShown))
            .Svg([.. shown.Select(layer => (layer.Node, (double[])[layer.Inherited!.Value, layer.Own!.Value]))]);
    }

    private static string Percent(double value) => $"{100 * value:F1} %";
}
