using System.Globalization;
using System.Numerics;
using System.Text;
using GspMl.Cli.Npy;
using GspMl.Cli.Pictures;
using GspMl.Factorization;
using GspMl.LinearAlgebra;
using GspMl.Onnx.Files;

namespace GspMl.Cli.Nmf;

/// <summary>The files of a factorisation.</summary>
internal static class NmfOutput
{
    private const string Basis = "basis.npy";
    private const string Coefficients = "coefficients.npy";
    private const string TraceName = "trace.csv";
    private const string SummaryName = "summary.json";
    private const string Report = "report.html";
    private const string ManifestName = "manifest.json";
    private const string Picture = "basis.png";
    private const int PixelSize = 4;

    /// <summary>
    /// All names that a factorisation's files can have. They are replaced as one, so that no basis stands beside another's coefficients.
    /// </summary>
    public static IReadOnlyList<string> Names { get; } = [Basis, Coefficients, ManifestName, TraceName, SummaryName, Report, Picture];

    /// <summary>Writes the files of a fit in memory.</summary>
    public static NmfRunResult Write<T>(string folder, DataMatrix<T> data, NmfOptions options, NmfResult<T> result, PictureShape? shape)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Write(folder, data.Samples, options, result, shape, Coefficients, stream => WriteMatrix(stream, result.Coefficients!));

    /// <summary>Writes the files of a fit whose coefficients lie in files of their own, which a manifest names.</summary>
    public static NmfRunResult Write<T>(
        string folder, CoefficientManifest manifest, NmfOptions options, NmfResult<T> result, PictureShape? shape)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Write(folder, manifest.Samples, options, result, shape, ManifestName,
            stream => stream.Write(Encoding.UTF8.GetBytes(manifest.ToJson())));

    private static NmfRunResult Write<T>(string folder, long samples, NmfOptions options, NmfResult<T> result, PictureShape? shape,
        string coefficientsName, Action<Stream> writeCoefficients)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var picture = shape is { } s ? BasisPicture(result.Basis, s) : null;
        List<string> names = [Basis, coefficientsName, TraceName, SummaryName, Report, .. picture is null ? [] : new[] { Picture }];
        var run = Summary(folder, samples, options, result, names);
        var files = new Dictionary<string, Action<Stream>>
        {
            [Basis] = stream => WriteMatrix(stream, result.Basis),
            [coefficientsName] = writeCoefficients,
            [TraceName] = stream => stream.Write(Encoding.UTF8.GetBytes(Trace(result.Trace))),
            [SummaryName] = stream => stream.Write(Encoding.UTF8.GetBytes(run.ToJson())),
            [Report] = NmfReportPage.Of(run, result.Trace, picture).WriteTo,
        };
        if (picture is not null) files[Picture] = stream => stream.Write(picture);
        OutputFolder.Write(folder, files, Names);
        return run;
    }

    /// <summary>The basis columns as one PNG, each column with its own black.</summary>
    public static byte[] BasisPicture<T>(DenseMatrix<T> basis, PictureShape shape)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var columns = basis.Transpose();
        var parts = Enumerable.Range(0, columns.Rows).Select(k => Array.ConvertAll(columns.Row(k).ToArray(), double.CreateChecked))
            .ToList();
        return PartsPicture.Of(parts, shape).Enlarged(PixelSize).ToPng();
    }

    private static void WriteMatrix<T>(Stream stream, DenseMatrix<T> matrix)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => NpyWriter.Write<T>(stream, matrix.Values, matrix.Rows, matrix.Columns);

    private static string Trace(IReadOnlyList<NmfIteration> trace)
    {
        var text = new StringBuilder("iteration,seconds,relative_error,basis_sparsity,coefficient_sparsity\n");
        foreach (var i in trace)
            text.Append(CultureInfo.InvariantCulture,
                $"{i.Iteration},{i.Elapsed.TotalSeconds:F6},{i.RelativeError:R},{i.BasisSparsity:R},{i.CoefficientSparsity:R}\n");
        return text.ToString();
    }

    private static NmfRunResult Summary<T>(string folder, long samples, NmfOptions options, NmfResult<T> result, List<string> files)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new(
            folder, samples, result.Basis.Rows, options.Rank, Name(options),
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
