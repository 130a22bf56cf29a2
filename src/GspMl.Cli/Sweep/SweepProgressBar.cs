using GspMl.Cli.ModelFiles;
using GspMl.Cli.Shell;
using GspMl.Cli.Text;
using GspMl.Onnx;

namespace GspMl.Cli.Sweep;

/// <summary>Shows which model of a sweep is made, and how far it is.</summary>
internal sealed class SweepProgressBar(ProgressBar bar) : IProgress<SweepProgress>
{
    private (int Done, PruningProgressBar Bar)? level;

    public void Report(SweepProgress value)
    {
        if (value is not { Curve: { } curve, Amount: { } amount, Pruning: { } pruning })
        {
            bar.Tell($"judging the dense model and {Format.Count(value.Count, "other")} …");
            return;
        }
        if (level?.Done != value.Done)
        {
            bar.Tell($"{curve.Name}, {AxisWords.Amount(curve.Axis, amount)}, model {value.Done + 1} of {value.Count} …");
            level = (value.Done, new(bar));
        }
        level.Value.Bar.Report(pruning);
    }
}
