using GspMl.Cli.Html;
using GspMl.Cli.Text;

namespace GspMl.Cli.Prune;

/// <summary>The HTML report of a pruning run.</summary>
internal static class PruneReportPage
{
    public static HtmlPage Of(PruneResult result)
    {
        var page = new HtmlPage($"Pruning of {Path.GetFileName(result.Before.Path)}");
        page.Paragraph($"{Format.Percent(result.Zeros)} of {result.Weights:N0} weights in {result.Layers.Count} tensors are zero. Asked for: {result.Asked}.");
        page.Heading("Layers").Table(
            ["<weight", "<operator", "<shape", "weights", "zeros before", "zeros after", "Hoyer before", "Hoyer after", "output error left", "<chosen because"],
            result.Layers.Select(Row));
        page.Heading("Files").Table(["<file", "bytes", "gzipped"], Files(result).Select(file =>
            (IReadOnlyList<HtmlCell>)[file.Path, $"{file.Bytes:N0}", $"{file.GzipBytes:N0}"]));
        page.Paragraph("Scattered zeros make the compressed file smaller; they do not make ONNX Runtime's CPU kernels faster.");
        if (result.LeftAlone.Count == 0) return page;
        return page.Heading("Left alone").Table(["<tensor", "<shape", "<because"], result.LeftAlone.Select(tensor =>
            (IReadOnlyList<HtmlCell>)[tensor.Name, Format.Shape(tensor.Shape), tensor.Reason]));
    }

    private static IReadOnlyList<HtmlCell> Row(PrunedLayer layer) =>
    [
        layer.Name, layer.Operator, Format.Shape(layer.Shape), $"{layer.Weights:N0}", Format.Percent(layer.ZerosBefore), HtmlCell.Bar(layer.ZerosAfter),
        Format.Sparsity(layer.HoyerBefore), Format.Sparsity(layer.HoyerAfter), Format.Percent(layer.OutputError), layer.Reason.Length > 0 ? layer.Reason : $"μ = {layer.Multiplier:G4}, {layer.Ending}".ToLowerInvariant(),
    ];

    private static IEnumerable<PrunedFile> Files(PruneResult result) => result.After is null ? [result.Before] : [result.Before, result.After];
}
