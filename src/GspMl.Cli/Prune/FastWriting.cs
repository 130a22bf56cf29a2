using GspMl.Cli.Html;
using GspMl.Cli.Text;
using GspMl.Onnx;
using Spectre.Console;

namespace GspMl.Cli.Prune;

/// <summary>What was written so that ONNX Runtime runs it faster, and what that gained.</summary>
/// <param name="Rows">Rows of the runs that were timed.</param>
/// <param name="Ratio">The model's time by its time with the same zeros in dense layers; null where no layer is rewritten.</param>
/// <param name="LargestDifference">The largest difference of an output, as a part of its largest magnitude.</param>
/// <param name="Layers">Layer by layer.</param>
internal sealed record FastWriting(int Rows, LatencyRatio? Ratio, double LargestDifference, IReadOnlyList<FastLayer> Layers)
{
    /// <summary>What zeros that are not rewritten are good for.</summary>
    public const string NoSpeed =
        "Zeros in dense layers make the compressed file smaller; they do not make ONNX Runtime's CPU kernels faster.";

    public static FastWriting Of(RewriteReport report)
        => new(report.Rows, report.Ratio, report.LargestDifference, [.. report.Layers.Select(FastLayer.Of)]);

    public void WriteText(IAnsiConsole console)
    {
        var table = Format.Table("<weight", "<written as", "blocks", "channels", "time alone");
        foreach (var layer in Layers)
            table.Row(layer.Name, layer.Note, layer.BlocksText, layer.ChannelsText, layer.RatioText);
        console.Write(table);
        console.MarkupLineInterpolated($"{Summary}");
    }

    public void AddTo(HtmlPage page)
        => page.Heading("Written for speed").Paragraph(Summary).Table(["<weight", "<written as", "blocks", "channels", "time alone"],
            Layers.Select(layer => (IReadOnlyList<HtmlCell>)[layer.Name, layer.Note, layer.BlocksText, layer.ChannelsText,
                layer.RatioText]));

    private string Summary => Ratio is null || Layers.All(layer => layer.Layout == LayerLayout.Dense)
        ? $"No layer is faster with its column sets for runs of {Format.Count(Rows, "row")}: it is written as it was. {NoSpeed}"
        : $"A run of {Format.Count(Rows, "row")} takes {Ratio.Median:F2} ({Ratio.Interval.Low:F2} to {Ratio.Interval.High:F2}) of the time "
            + $"that dense layers take here; outputs differ by {LargestDifference:G2} of their largest.";
}

/// <summary>How one layer is written.</summary>
internal sealed record FastLayer(string Name, LayerLayout Layout, int Blocks, int Kept, int Channels, LatencyRatio? Ratio, string Reason)
{
    public static FastLayer Of(LayerRewrite layer)
        => new(layer.Weight.Name, layer.Layout, layer.Blocks, layer.Kept, layer.Channels, layer.Ratio, layer.Reason);

    /// <summary>The layout, or why there is none.</summary>
    internal string Note => Layout switch
    {
        LayerLayout.GroupedConvolution => "grouped convolution",
        LayerLayout.Transposed => "grouped convolution, transposed",
        LayerLayout.Flattened => "grouped convolution, transposed, all rows as one",
        LayerLayout.Batched => "products of blocks",
        _ => $"dense: {Reason}",
    };

    internal string BlocksText => Channels == 0 ? "–" : $"{Blocks}";

    /// <summary>The channels that a block reads.</summary>
    internal string ChannelsText => Channels == 0 ? "–" : $"{Kept} of {Channels}";

    /// <summary>Its time alone by the time as it was.</summary>
    internal string RatioText => Ratio is null ? "–" : $"{Ratio.Median:F2}";
}
