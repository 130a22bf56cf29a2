using GspMl.Cli.ModelFiles;
using GspMl.Cli.Shell;
using GspMl.Cli.Text;
using GspMl.Cli.Tune;
using GspMl.Onnx;
using Spectre.Console;

namespace GspMl.Cli.Prune;

/// <summary>What <c>gspml prune</c> reports.</summary>
internal sealed record PruneResult(
    string Asked, ModelFileSize Before, ModelFileSize? After, long Weights, double Zeros, IReadOnlyList<PrunedLayer> Layers,
        IReadOnlyList<SkippedTensor> LeftAlone) : CommandResult
{
    protected override string SchemaName => "gspml-prune-1";

    /// <summary>Channels that were put into another order before; null where that was not asked for.</summary>
    public ChannelOrder? Channels { get; init; }

    /// <summary>What tuning did; null where there was none.</summary>
    public TuningSummary? Tuning { get; init; }

    /// <summary>What was written so that it runs faster; null where that was not asked for.</summary>
    public FastWriting? Speed { get; init; }

    public static PruneResult Of(PruningReport report, ModelFileSize before, ModelFileSize? after) =>
        new(Describe(report.Options), before, after, report.Count, report.Zeros, [.. report.Layers.Select(PrunedLayer.Of)], report.Skipped);

    /// <summary>What options ask for, in words.</summary>
    public static string Describe(PruningOptions options) =>
        ($"{options.Target}{(options.Allocation == SparsityAllocation.Gsp ? $", groups by {options.Group}" : "")}, score {options.Score}, "
            + $"allocation {Choice.Word($"{options.Allocation}")}, values {options.Values}, pattern {options.Pattern}").ToLowerInvariant();

    public override void WriteText(IAnsiConsole console)
    {
        console.Write(PrunedLayer.Table(Layers));
        foreach (var layer in Layers.Where(layer => layer.Shortfall.Length > 0))
            console.MarkupLineInterpolated($"{layer.Name}: {layer.Shortfall}.");
        console.MarkupInterpolated($"{Format.Percent(Zeros)} of {Weights:N0} weights are zero; {LeftAlone.Count} other tensors were ");
        console.MarkupLineInterpolated($"left alone (--report and --format json tell why).");
        Channels?.WriteText(console);
        Tuning?.WriteText(console);
        console.MarkupLineInterpolated($"{Before.Path}: {Format.Size(Before.Bytes, Before.GzipBytes)}");
        if (After is null)
        {
            console.WriteLine("Dry run: nothing was written.");
            return;
        }
        console.MarkupLineInterpolated($"{After.Path}: {Format.Size(After.Bytes, After.GzipBytes)}");
        if (Speed is null) console.WriteLine(FastWriting.NoSpeed);
        else Speed.WriteText(console);
    }
}
