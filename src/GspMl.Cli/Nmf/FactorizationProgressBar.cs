using GspMl.Cli.Shell;
using GspMl.Factorization;

namespace GspMl.Cli.Nmf;

/// <summary>Shows how far a factorisation is, with its error and sparsity.</summary>
internal sealed class FactorizationProgressBar(ProgressBar bar, int maxIterations) : IProgress<NmfIteration>
{
    public void Report(NmfIteration value) =>
        bar.Show(value.Iteration, maxIterations,
            $"{value.Iteration}/{maxIterations}  error {100 * value.RelativeError:F4} %  sparsity {value.BasisSparsity:F4}");
}
