using GspMl.Cli.ModelFiles;
using GspMl.Cli.Shell;
using GspMl.Cli.Text;
using GspMl.Cli.Tune;
using GspMl.Onnx;
using Spectre.Console;

namespace GspMl.Cli.Shrink;

/// <summary>What <c>gspml shrink</c> reports.</summary>
/// <param name="Asked">The options in words.</param>
/// <param name="Before">The file read.</param>
/// <param name="After">The file written; null for a dry run.</param>
/// <param name="SizeBefore">Multiply-accumulates for one row, and parameters.</param>
/// <param name="SizeAfter">The same of the smaller model.</param>
/// <param name="MacsGone">The fraction of multiply-accumulates that went.</param>
/// <param name="ParametersGone">The fraction of parameters that went.</param>
/// <param name="Sparsity">The average Hoyer sparsity of the projected channel scores; null where widths were
/// measured.</param>
/// <param name="CountedFor">The input shapes of the count.</param>
/// <param name="Sets">The sets of channels.</param>
internal sealed record ShrinkResult(
    string Asked, ModelFileSize Before, ModelFileSize? After, ModelSize SizeBefore, ModelSize SizeAfter, double MacsGone,
        double ParametersGone, double? Sparsity, string CountedFor, IReadOnlyList<ChannelSet> Sets) : CommandResult
{
    protected override string SchemaName => "gspml-shrink-1";

    /// <summary>How the smaller model's time was measured; null where no latency was asked for.</summary>
    public TimedRuns? Latency { get; init; }

    /// <summary>What tuning did; null where there was none.</summary>
    public TuningSummary? Tuning { get; init; }

    public static ShrinkResult Of(ShrinkReport report, ModelFileSize before, ModelFileSize? after) =>
        new(Describe(report.Options), before, after, report.Before, report.After, report.MacsGone, report.ParametersGone, report.Sparsity,
            report.InputShapes, report.Sets)
        {
            Latency = report.Ratio is { } ratio ? new(report.Rows, ratio, report.IsLatencyShown) : null,
        };

    /// <summary>What options ask for, in words.</summary>
    public static string Describe(ShrinkOptions options)
        => $"{string.Join(", ", options.Also.Prepend(options.Target))}, score {options.Score}, values {options.Values}".ToLowerInvariant();

    public override void WriteText(IAnsiConsole console)
    {
        var table = Format.Table("<channels of", "before", "after", "<read by");
        foreach (var set in Sets.Where(set => set.IsFree)) table.Row(Short(set.Layers), $"{set.Before}", $"{set.After}",
            Short(set.Readers));
        console.Write(table);
        if (Sets.Any(set => !set.IsFree))
        {
            var held = Format.Table("<left as they are", "channels", "<because");
            foreach (var set in Sets.Where(set => !set.IsFree)) held.Row(Short(set.Layers), $"{set.Before}", set.Reason);
            console.Write(held);
        }
        console.MarkupInterpolated($"Multiply-accumulates for one row (of {CountedFor}): {SizeBefore.Macs:N0} → {SizeAfter.Macs:N0}, ");
        console.MarkupLineInterpolated($"{Format.Percent(MacsGone)} gone");
        console.MarkupLineInterpolated(
            $"Parameters: {SizeBefore.Parameters:N0} → {SizeAfter.Parameters:N0}, {Format.Percent(ParametersGone)} gone");
        if (Latency is not null) console.MarkupLineInterpolated($"{Latency}");
        Tuning?.WriteText(console);
        console.MarkupLineInterpolated($"{Before.Path}: {Format.Size(Before.Bytes, Before.GzipBytes)}");
        if (After is null) console.WriteLine("Dry run: nothing was written.");
        else console.MarkupLineInterpolated($"{After.Path}: {Format.Size(After.Bytes, After.GzipBytes)}");
    }

    /// <summary>The first few names, and how many more.</summary>
    private static string Short(IReadOnlyList<string> names)
        => names.Count <= 3 ? string.Join(", ", names) : $"{string.Join(", ", names.Take(2))} and {names.Count - 2} more";
}

/// <summary>What runs of the smaller model take beside the dense one's, timed in turns.</summary>
/// <param name="Rows">Rows of a run.</param>
/// <param name="Ratio">Its time by the dense model's.</param>
/// <param name="IsShown">Whether that shows that as much of the time is gone as was asked for.</param>
internal sealed record TimedRuns(int Rows, LatencyRatio Ratio, bool IsShown)
{
    public override string ToString()
        => $"A run of {Format.Count(Rows, "row")} takes {Ratio.Median:F2} ({Ratio.Interval.Low:F2} to {Ratio.Interval.High:F2}) of the "
            + "dense model's time here."
            + (IsShown ? "" : " That this is as fast as was asked for is not shown: this machine's times vary too much.");
}
