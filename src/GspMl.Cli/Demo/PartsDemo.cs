using GspMl.Cli.Nmf;
using GspMl.Cli.Npy;
using GspMl.Cli.Pictures;
using GspMl.Factorization;
using GspMl.Onnx.Files;

namespace GspMl.Cli.Demo;

/// <summary>The demo's second half: parts of the shipped digits, without and with a sparsity.</summary>
internal static class PartsDemo
{
    private const int Rank = 36;
    private const int Side = 28;
    private static readonly double?[] Sparsities = [null, 0.9];

    public static IReadOnlyList<DemoParts> Run(string folder, CancellationToken cancel)
    {
        var digits = NpyReader.Read(ShippedFiles.TestInputs);
        var data = new DenseData<float>(digits.As<float>(), digits.Shape[0], Side * Side);
        return [.. Sparsities.Select(sparsity => Factorise(data, sparsity, folder, cancel))];
    }

    private static DemoParts Factorise(DenseData<float> data, double? sparsity, string folder, CancellationToken cancel)
    {
        var result = NonnegativeFactorization.Fit(data, new NmfOptions { Rank = Rank, BasisSparsity = sparsity, MaxIterations = 100 },
            cancel: cancel);
        var picture = Path.Combine(folder, sparsity is null ? "parts.png" : "sparse-parts.png");
        OutputFile.Write(picture, stream => stream.Write(NmfOutput.BasisPicture(result.Basis, new PictureShape(Side, Side, false))));
        return new(sparsity is null ? "A-HALS" : "PSNMF", sparsity, Rank, result.RelativeError, result.BasisSparsity, result.Iterations,
            result.Elapsed.TotalSeconds, picture);
    }
}
