using GspMl.Cli.Html;
using GspMl.Factorization;

namespace GspMl.Cli.Nmf;

/// <summary>The report of a factorisation in one HTML file.</summary>
internal static class NmfReportPage
{
    public static HtmlPage Of(NmfRunResult run, IReadOnlyList<NmfIteration> trace, byte[]? basisPicture)
    {
        var page = new HtmlPage($"{run.Algorithm} of {run.Samples} × {run.Features}, rank {run.Rank}")
            .Verdict($"{run.Rank} components leave {100 * run.RelativeError:G4} % of the data's norm as error; {Sparse(run)}.")
            .Table(["<quantity", "value"], Rows(run))
            .Heading("Relative error")
            .Figure(ErrorCurve.Svg(trace), "‖X − C·Bᵀ‖ / ‖X‖ after each iteration, on a logarithmic axis.");
        if (basisPicture is not null)
        {
            page.Heading("Basis")
                .Figure($"<img alt=\"basis columns\" src=\"data:image/png;base64,{Convert.ToBase64String(basisPicture)}\">",
                    "Each basis column as a picture: white is zero, black its largest entry.");
        }
        return page;
    }

    private static string Sparse(NmfRunResult run)
        => $"the basis has an average Hoyer sparsity of {run.BasisSparsity:F3}, the coefficients of {run.CoefficientSparsity:F3}";

    private static IEnumerable<IReadOnlyList<HtmlCell>> Rows(NmfRunResult run)
    {
        yield return ["Relative error", $"{100 * run.RelativeError:G6} %"];
        yield return ["Average Hoyer sparsity of the basis", Sparsity(run.BasisSparsity, run.WantedBasisSparsity)];
        yield return ["Average Hoyer sparsity of the coefficients", Sparsity(run.CoefficientSparsity, run.WantedCoefficientSparsity)];
        yield return ["Iterations (best)", $"{run.Iterations} ({run.BestIteration}), {NmfRunResult.Describe(run.Ending)}"];
        yield return ["Time", $"{run.Seconds:F2} s"];
    }

    private static string Sparsity(double reached, double? wanted) => wanted is { } w ? $"{reached:F5} (wanted {w:G6})" : $"{reached:F5}";
}
