using GspMl.Cli.Html;
using GspMl.Cli.ModelFiles;
using GspMl.Cli.Text;
using GspMl.Cli.Tune;

namespace GspMl.Cli.Prune;

/// <summary>The HTML report of a pruning run.</summary>
internal static class PruneReportPage
{
    /// <param name="result">The run.</param>
    /// <param name="weights">A picture of the weights before and after; null where there is none.</param>
    public static HtmlPage Of(PruneResult result, string? weights)
    {
        var page = new HtmlPage($"Pruning of {Path.GetFileName(result.Before.Path)}").Verdict(Verdict(result));
        page.Paragraph($"{result.Layers.Count} tensors hold them. Asked for: {result.Asked}.");
        page.Heading("Layers").Figure(ZerosChart(result.Layers), "The layers in the order of the graph: their zeros"
            + (AreFitted(result.Layers) ? ", and what is left as error of their outputs, as a part of their variance." : "."));
        page.Table(
            ["<weight", "<operator", "<shape", "weights", "zeros before", "zeros after", "Hoyer before", "Hoyer after",
                "output error left"],
            result.Layers.Select(Row));
        AddReasons(page, result.Layers);
        if (weights is not null)
        {
            page.Heading("Weights").Figure(weights,
                "The weights that are not zero, before and after, each scaled to its most frequent value.");
        }
        if (result.Layers.Any(layer => layer.Levels.Count > 0)) AddMeasurements(page, result.Layers);
        if (result.Tuning is { } tuning) TuneReportPage.Add(page, tuning);
        page.Heading("Files").Table(["<file", "bytes", "gzipped"], Files(result).Select(file =>
            (IReadOnlyList<HtmlCell>)[file.Path, $"{file.Bytes:N0}", file.GzipBytes is { } gzipped ? $"{gzipped:N0}" : "–"]));
        if (result.Speed is { } speed) speed.AddTo(page);
        else page.Paragraph(FastWriting.NoSpeed);
        if (result.LeftAlone.Count == 0) return page;
        return page.Heading("Left alone").Table(["<tensor", "<shape", "<because"], result.LeftAlone.Select(tensor =>
            (IReadOnlyList<HtmlCell>)[tensor.Name, Format.Shape(tensor.Shape), tensor.Reason]));
    }

    private static string Verdict(PruneResult result)
    {
        var zeros = $"{Format.Percent(result.Zeros)} of {result.Weights:N0} weights are zero";
        var size = result is { Before.GzipBytes: { } before, After.GzipBytes: { } after }
            ? $"; gzipped, the file is {Smaller(before, after)}" : "";
        var missed = result.Layers.Count(layer => layer.Shortfall.Length > 0);
        return zeros + size + (missed > 0 ? $". {missed} layers did not come to what was asked for." : ".");
    }

    private static string Smaller(long before, long after) => after < before ? $"{Format.Percent(1 - ((double)after / before))} smaller"
        : $"{Format.Percent(((double)after / before) - 1)} larger";

    private static string ZerosChart(IReadOnlyList<PrunedLayer> layers)
    {
        BarSeries zeros = new("zeros", "var(--first)", value => Format.Percent(value)), errors = new("error left", "var(--second)",
            value => Format.Percent(value));
        var areFitted = AreFitted(layers);
        return new BarChart("Zeros of the layers", areFitted ? [zeros, errors] : [zeros], 1).Svg([.. layers.Select(layer => (layer.Name,
            areFitted ? (double[])[layer.ZerosAfter, layer.OutputError ?? double.NaN] : [layer.ZerosAfter]))]);
    }

    private static bool AreFitted(IEnumerable<PrunedLayer> layers) => layers.Any(layer => layer.OutputError is not null);

    /// <summary>A table, or a sentence where all layers have one reason.</summary>
    private static void AddReasons(HtmlPage page, IReadOnlyList<PrunedLayer> layers)
    {
        page.Heading("Why these zeros");
        if (layers.Count > 1 && layers.DistinctBy(layer => layer.Note).Count() == 1)
            page.Paragraph($"All layers were decided together: {layers[0].Note}.");
        else
            page.Table(["<weight", "<chosen because"],
                layers.Select(layer => (IReadOnlyList<HtmlCell>)[layer.Name, layer.Note]));
    }

    private static void AddMeasurements(HtmlPage page, IReadOnlyList<PrunedLayer> layers)
    {
        page.Heading("What zeros cost, layer by layer").Paragraph(
            "Each layer alone was pruned to several levels and fitted; then the model ran on calibration rows held back. A cell tells by "
            + "how much its outputs "
            + "changed: the squared change as a part of their variance. The levels were chosen so that the costs add up to the least for "
                + "the zeros asked for.");
        var measured = layers.Where(layer => layer.Levels.Count > 0).ToList();
        var most = measured.Max(layer => layer.Levels.Count);
        page.Table(["<weight", "zeros chosen", .. Enumerable.Range(1, most - 1).Select(level => $"level {level}")], measured.Select(layer =>
            (IReadOnlyList<HtmlCell>)[layer.Name, Format.Percent(layer.ZerosAfter), .. layer.Levels.Skip(1)
                .Select(level => HtmlCell.Lines($"{Format.Percent(level.Zeros)}:", $"{level.Change:P2}"))]));
    }

    private static IReadOnlyList<HtmlCell> Row(PrunedLayer layer) =>
    [
        layer.Name, layer.Operator, Format.Shape(layer.Shape), $"{layer.Weights:N0}", Format.Percent(layer.ZerosBefore),
            HtmlCell.Bar(layer.ZerosAfter),
        Format.Sparsity(layer.HoyerBefore), Format.Sparsity(layer.HoyerAfter), Format.Percent(layer.OutputError),
    ];

    private static IEnumerable<ModelFileSize> Files(PruneResult result)
        => result.After is null ? [result.Before] : [result.Before, result.After];
}
