using GspMl.Cli.Shell;
using GspMl.Factorization;
using Spectre.Console;

namespace GspMl.Cli.Nmf;

/// <summary>What <c>gspml nmf</c> reports, and what summary.json holds.</summary>
internal sealed record NmfRunResult(
    string Folder,
    long Samples,
    int Features,
    int Rank,
    string Algorithm,
    double RelativeError,
    double BasisSparsity,
    double CoefficientSparsity,
    double? WantedBasisSparsity,
    double? WantedCoefficientSparsity,
    int Iterations,
    int BestIteration,
    NmfEnding Ending,
    double Seconds,
    IReadOnlyList<string> Files) : CommandResult
{
    protected override string SchemaName => "gspml-nmf-1";

    public override void WriteText(IAnsiConsole console)
    {
        console.MarkupLineInterpolated($"{Folder}: {Samples} samples of {Features} features, rank {Rank}, {Algorithm}");
        console.MarkupLineInterpolated($"  relative error        {100 * RelativeError:G5} %");
        console.MarkupLineInterpolated($"  basis sparsity        {BasisSparsity:F4}{Wanted(WantedBasisSparsity)}");
        console.MarkupLineInterpolated($"  coefficient sparsity  {CoefficientSparsity:F4}{Wanted(WantedCoefficientSparsity)}");
        console.MarkupLineInterpolated($"  {Describe(Ending)} after {Iterations} iterations (best: {BestIteration}) and {Seconds:F2} s");
        console.MarkupLineInterpolated($"  wrote {string.Join(", ", Files)}");
    }

    private static string Wanted(double? sparsity) => sparsity is { } s ? $" (wanted {s:G6})" : "";

    /// <summary>How a fit ended, in words.</summary>
    internal static string Describe(NmfEnding ending) => ending switch
    {
        NmfEnding.Converged => "converged",
        NmfEnding.MaxTime => "out of time",
        _ => "ended",
    };
}
