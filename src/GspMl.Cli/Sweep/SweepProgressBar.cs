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
        if (value is not { Zeros: { } zeros, Pruning: { } pruning })
        {
            bar.Tell($"judging the dense model and {Format.Count(value.Count, "pruned one")} …");
            return;
        }
        if (level?.Done != value.Done)
        {
            bar.Tell($"{Format.Percent(zeros)} zeros, model {value.Done + 1} of {value.Count} …");
            level = (value.Done, new(bar));
        }
        level.Value.Bar.Report(pruning);
    }
}
