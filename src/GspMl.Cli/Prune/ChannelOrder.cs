using GspMl.Cli.Text;
using GspMl.Onnx;
using Spectre.Console;

namespace GspMl.Cli.Prune;

/// <summary>Channels that were put into another order before pruning.</summary>
/// <param name="LargestDifference">The largest difference of an output that this alone made, as a part of its largest magnitude.</param>
/// <param name="Sets">The sets of channels.</param>
internal sealed record ChannelOrder(double LargestDifference, IReadOnlyList<ReorderedChannels> Sets)
{
    public static ChannelOrder Of(PermutationReport report)
        => new(report.LargestDifference, [.. report.Sets.Select(set => new ReorderedChannels(set.Layers, set.Readers, set.Order.Count,
            set.KeptBefore, set.KeptAfter))]);

    public void WriteText(IAnsiConsole console)
    {
        if (Sets.Count == 0) console.WriteLine("No channels can be reordered so that the pattern keeps more.");
        else
            console.MarkupLineInterpolated($"{Format.Count(Sets.Count, "set")} of channels reordered: {Told}.");
    }

    private string Told => $"by magnitude {Range(set => set.KeptAfter)} of the squared weights that read them stay, "
        + $"{Range(set => set.KeptBefore)} in the order before";

    private string Range(Func<ReorderedChannels, double> kept)
        => $"{Format.Percent(Sets.Min(kept))} to {Format.Percent(Sets.Max(kept))}";
}

/// <summary>A set of channels that was reordered.</summary>
/// <param name="Layers">The weights that put them out.</param>
/// <param name="Readers">The weights that read them in the pattern.</param>
/// <param name="Channels">How many they are.</param>
/// <param name="KeptBefore">The part of the readers' squared weights that the pattern keeps in the order before.</param>
/// <param name="KeptAfter">The part that it keeps now.</param>
internal sealed record ReorderedChannels(
    IReadOnlyList<string> Layers, IReadOnlyList<string> Readers, int Channels, double KeptBefore, double KeptAfter);
