using GspMl.Cli.Shell;
using GspMl.Onnx;

namespace GspMl.Cli.Prune;

/// <summary>Shows which layer is timed in other layouts.</summary>
internal sealed class RewritingProgressBar(ProgressBar bar) : IProgress<RewriteProgress>
{
    public void Report(RewriteProgress value)
    {
        var what = value.IsInModel ? "the model with and without" : "layouts of";
        bar.Show(value.Done, value.Count, $"timing {what} {value.Weight.Name} ({value.Done + 1} of {value.Count})");
    }
}
