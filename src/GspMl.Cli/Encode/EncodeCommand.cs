using System.CommandLine;
using System.Numerics;
using GspMl.Cli.Nmf;
using GspMl.Cli.Npy;
using GspMl.Cli.Shell;
using GspMl.Factorization;

namespace GspMl.Cli.Encode;

/// <summary><c>gspml encode</c>: the non-negative coefficients of new rows against a basis.</summary>
internal static class EncodeCommand
{
    private static readonly Argument<string> Source = new("X") { Description = "Samples in rows: .npy (dense) or .mtx (Matrix Market)." };
    private static readonly Option<string> Basis = new("--basis", "-b")
    {
        Description = "The basis, features × rank, as gspml nmf writes it.",
        HelpName = "B.npy",
        Required = true,
    };
    private static readonly Option<string> Output = new("--output", "-o")
    {
        Description = "Where the coefficients go, samples × rank.",
        HelpName = "C.npy",
        Required = true,
    };
    private static readonly Option<int?> Batch = MatrixInput.BatchOption();
    private static readonly ThreadsOption Threads = new();

    public static Command Create(CommandShell shell)
    {
        var command = new Command("encode", "Encode rows against a basis by exact non-negative least squares.") { Source, Basis, Output,
            Batch, Threads };
        return shell.Runs(command, Run);
    }

    private static EncodeResult Run(ParseResult parsed, CancellationToken cancel)
    {
        OutputPath.Check(parsed.GetRequiredValue(Output), parsed.GetRequiredValue(Source), parsed.GetRequiredValue(Basis));
        return MatrixInput.ReadSamples(parsed.GetRequiredValue(Source), parsed.GetValue(Batch), cancel) switch
        {
            DataMatrix<double> data => Run(parsed, data, cancel),
            var data => Run(parsed, (DataMatrix<float>)data, cancel),
        };
    }

    private static EncodeResult Run<T>(ParseResult parsed, DataMatrix<T> data, CancellationToken cancel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var threads = Threads.Read(parsed);
        var (basisPath, output) = (parsed.GetRequiredValue(Basis), parsed.GetRequiredValue(Output));
        var basis = MatrixInput.ReadMatrix<T>(basisPath);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        var coefficients = MatrixInput.Checked(basisPath, () => new NonnegativeEncoder<T>(basis).Encode(data, threads, cancel));
        var seconds = clock.Elapsed.TotalSeconds;
        NpyWriter.Write<T>(output, coefficients.Values, coefficients.Rows, coefficients.Columns);
        return new(output, data.Samples, data.Features, basis.Columns, data.MeasureRelativeError(coefficients, basis, threads), seconds);
    }
}
