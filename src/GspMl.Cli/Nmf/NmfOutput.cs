using System.Globalization;
using System.Numerics;
using System.Text;
using GspMl.Cli.Npy;
using GspMl.Cli.Pictures;
using GspMl.Cli.Shell;
using GspMl.Factorization;
using GspMl.LinearAlgebra;

namespace GspMl.Cli.Nmf;

/// <summary>The files of a factorisation.</summary>
internal static class NmfOutput
{
    private const int PixelSize = 4;

    public static NmfRunResult Write<T>(string folder, DataMatrix<T> data, NmfOptions options, NmfResult<T> result, PictureShape? shape)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        List<string> files = ["basis.npy", "coefficients.npy", "trace.csv", "summary.json", "report.html"];
        var picture = shape is { } s ? BasisPicture(result.Basis, s) : null;
        if (picture is not null) files.Add("basis.png");
        var run = Summary(folder, data, options, result, files);
        OutputFile.WriteFolder(folder, beside =>
        {
            WriteMatrix(Path.Combine(beside, "basis.npy"), result.Basis);
            WriteMatrix(Path.Combine(beside, "coefficients.npy"), result.Coefficients!);
            File.WriteAllText(Path.Combine(beside, "trace.csv"), Trace(result.Trace));
            File.WriteAllText(Path.Combine(beside, "summary.json"), run.ToJson());
            NmfReportPage.Of(run, result.Trace, picture).Save(Path.Combine(beside, "report.html"));
            if (picture is not null) File.WriteAllBytes(Path.Combine(beside, "basis.png"), picture);
        });
        return run;
    }

    /// <summary>The basis columns as one PNG, each column with its own black.</summary>
    public static byte[] BasisPicture<T>(DenseMatrix<T> basis, PictureShape shape)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var columns = basis.Transpose();
        var parts = Enumerable.Range(0, columns.Rows).Select(k => Array.ConvertAll(columns.Row(k).ToArray(), double.CreateChecked)).ToList();
        return PartsPicture.Of(parts, shape).Enlarged(PixelSize).ToPng();
    }

    private static void WriteMatrix<T>(string path, DenseMatrix<T> matrix)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => NpyWriter.Write<T>(path, matrix.Values, matrix.Rows, matrix.Columns);

    private static string Trace(IReadOnlyList<NmfIteration> trace)
    {
        var text = new StringBuilder("iteration,seconds,relative_error,basis_sparsity,coefficient_sparsity\n");
        foreach (var i in trace)
            text.Append(CultureInfo.InvariantCulture, $"{i.Iteration},{i.Elapsed.TotalSeconds:F6},{i.RelativeError:R},{i.BasisSparsity:R},{i.CoefficientSparsity:R}\n");
        return text.ToString();
    }

    private static NmfRunResult Summary<T>(string folder, DataMatrix<T> data, NmfOptions options, NmfResult<T> result, List<string> files)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new(
            folder, data.Samples, data.Features, options.Rank, Name(options),
            result.RelativeError, result.BasisSparsity, result.CoefficientSparsity, options.BasisSparsity, options.CoefficientSparsity,
            result.Iterations, result.BestIteration, result.Ending, result.Elapsed.TotalSeconds, files);

    private static string Name(NmfOptions options) => (options.Algorithm, options.BasisSparsity ?? options.CoefficientSparsity) switch
    {
        (null, null) or (NmfAlgorithm.AHals, _) => "A-HALS",
        (NmfAlgorithm.NeNmf, _) => "NeNMF",
        (NmfAlgorithm.L1AHals, _) => "ℓ1 A-HALS",
        (NmfAlgorithm.CPsnmf, _) => "cPSNMF",
        _ => options.FeatureWeights is null ? "PSNMF" : "WSNMF",
    };
}
