using GspMl.Cli.Text;
using GspMl.Onnx;

namespace GspMl.Cli.Sweep;

/// <summary>The words for what a sweep goes by.</summary>
internal static class AxisWords
{
    /// <summary>What stands over a column.</summary>
    public static string Column(SweepAxis axis) => axis == SweepAxis.Zeros ? "zeros" : "MACs gone";

    /// <summary>What stands under a chart.</summary>
    public static string Title(SweepAxis axis) => axis == SweepAxis.Zeros ? "zeros" : "multiply-accumulates gone";

    /// <summary>What models were made to be.</summary>
    public static string Made(SweepAxis axis) => axis == SweepAxis.Zeros ? "pruned" : "smaller";

    /// <summary>An amount in a sentence.</summary>
    public static string Amount(SweepAxis axis, double amount)
        => axis == SweepAxis.Zeros ? $"{Format.Percent(amount)} zeros" : $"{Format.Percent(amount)} of the multiply-accumulates gone";

    /// <summary>What a file's name says before the amount.</summary>
    public static string InNames(SweepAxis axis) => axis == SweepAxis.Zeros ? "zeros" : "macs";

    /// <summary>The end of a curve that limits are tested towards.</summary>
    public static string Most(SweepAxis axis) => axis == SweepAxis.Zeros ? "sparsest" : "smallest";

    /// <summary>Its other end.</summary>
    public static string Least(SweepAxis axis) => axis == SweepAxis.Zeros ? "densest" : "largest";
}
