using GspMl.Cli.Shell;
using Spectre.Console;

namespace GspMl.Cli.Encode;

/// <summary>What <c>gspml encode</c> reports.</summary>
internal sealed record EncodeResult(string Output, int Samples, int Features, int Rank, double RelativeError, double Seconds)
    : CommandResult
{
    protected override string SchemaName => "gspml-encode-1";

    public override void WriteText(IAnsiConsole console)
    {
        console.MarkupLineInterpolated($"{Output}: {Samples} rows of {Features} features in {Rank} coefficients each");
        console.MarkupLineInterpolated($"  relative error  {100 * RelativeError:G5} %");
        console.MarkupLineInterpolated($"  {Seconds:F3} s ({1e6 * Seconds / Samples:F1} µs a row)");
    }
}
