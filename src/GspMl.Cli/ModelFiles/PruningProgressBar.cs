using GspMl.Cli.Shell;
using GspMl.Onnx;

namespace GspMl.Cli.ModelFiles;

/// <summary>Shows which weight a run is at.</summary>
internal sealed class PruningProgressBar(ProgressBar bar) : IProgress<PruningProgress>
{
    public void Report(PruningProgress value) =>
        bar.Show(value.Done, value.Count,
            $"{value.Step.ToString().ToLowerInvariant()} {value.Weight.Name} ({value.Done + 1} of {value.Count})");
}
