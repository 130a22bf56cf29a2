using GspMl.Cli.Html;
using GspMl.Cli.ModelFiles;
using GspMl.Cli.Text;
using GspMl.Cli.Tune;
using GspMl.Onnx;

namespace GspMl.Cli.Shrink;

/// <summary>The HTML report of taking channels out.</summary>
internal static class ShrinkReportPage
{
    public static HtmlPage Of(ShrinkResult result)
    {
        var page = new HtmlPage($"Channels of {Path.GetFileName(result.Before.Path)}");
        page.Verdict($"{Format.Percent(result.MacsGone)} of the multiply-accumulates and {Format.Percent(result.ParametersGone)} of the "
            + "parameters are gone.").Paragraph($"Asked for: {result.Asked}.");
        if (result.Latency is { } latency) page.Paragraph($"{latency}");
        page.Heading("Sets of channels")
            .Paragraph("Channels of layers in one row go together: an addition, a gate or a depthwise convolution couples them.");
        page.Table(["<channels of", "before", "after", "left", "<read by"], result.Sets.Where(set => set.IsFree)
            .Select(set => (IReadOnlyList<HtmlCell>)
            [Names(set.Layers), $"{set.Before}", $"{set.After}", HtmlCell.Bar((double)set.After / set.Before), Names(set.Readers)]));
        var picture = new SetPicture(result.Sets);
        page.Figure(picture.Svg(), picture.Caption);
        if (result.Sets.Any(set => !set.IsFree))
            page.Heading("Left as they are").Table(["<channels of", "channels", "<because"], result.Sets.Where(set => !set.IsFree)
                .Select(set => (IReadOnlyList<HtmlCell>)
                [Names(set.Layers), $"{set.Before}", set.Reason]));
        if (result.Tuning is { } tuning) TuneReportPage.Add(page, tuning);
        page.Heading("Size").Table(["<model", "multiply-accumulates", "parameters", "bytes", "gzipped"], Files(result)
            .Select(file => (IReadOnlyList<HtmlCell>)
            [file.File?.Path ?? "(not written)", $"{file.Size.Macs:N0}", $"{file.Size.Parameters:N0}", file.File is { } f
                ? $"{f.Bytes:N0}" : "–", file.File?.GzipBytes is { } gzipped ? $"{gzipped:N0}" : "–"]));
        return page.Paragraph($"Multiply-accumulates are those of one row, of {result.CountedFor}.");
    }

    private static HtmlCell Names(IReadOnlyList<string> names) => string.Join(", ", names);

    private static IEnumerable<(ModelFileSize? File, ModelSize Size)> Files(ShrinkResult result)
        => [(result.Before, result.SizeBefore), (result.After, result.SizeAfter)];
}
