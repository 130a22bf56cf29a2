using GspMl.Cli.Html;
using GspMl.Factorization;

namespace GspMl.Cli.Nmf;

/// <summary>The relative error over the iterations.</summary>
internal static class ErrorCurve
{
    private static readonly LogarithmicChart Chart =
        new("Relative error by iteration", "iteration", error => $"{100 * error:G4} %", "The error is 0 from the first iteration on.");

    public static string Svg(IReadOnlyList<NmfIteration> trace)
        => Chart.Svg(new ChartCurve("var(--first)", [.. trace.Select(iteration => (iteration.Iteration, iteration.RelativeError))]));
}
