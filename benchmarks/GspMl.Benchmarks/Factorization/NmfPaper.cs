using GspMl.Cli.Nmf;
using GspMl.Cli.Pictures;
using GspMl.Factorization;

namespace GspMl.Benchmarks.Factorization;

/// <summary>
/// The factorisation experiments of Ohib et al. (TMLR 2022, figures 1 and 3 to 5), from the same starting factors, beside what the authors'
/// code reaches.
/// </summary>
internal static class NmfPaper
{
    private const int Iterations = 500;
    private static readonly PictureShape Face = new(19, 19, ColumnMajor: true);

    private static readonly (NmfAlgorithm Algorithm, string Name, double Synthetic, double? Faces)[] Authors =
    [
        (NmfAlgorithm.Psnmf, "PSNMF", 8.7e-4, 10.203),
        (NmfAlgorithm.NeNmf, "NeNMF", 1.2e-2, null),
        (NmfAlgorithm.AHals, "A-HALS", 2.2e-2, 8.075),
        (NmfAlgorithm.CPsnmf, "cPSNMF", 1.06, 10.063),
        (NmfAlgorithm.L1AHals, "ℓ1 A-HALS", 1.35, 9.777),
    ];

    public static void Run(string[] arguments)
    {
        var reached = Synthetic();
        if (NmfData<double>.Faces() is { } faces)
        {
            reached &= Faces(faces);
            reached &= Weighted(faces);
        }
        else Console.WriteLine("The CBCL faces are absent (a folder 'shared' beside the repository, or GSPML_DATA): their tables are left "
            + "out.");
        if (!reached) Console.WriteLine("\nNot everything that is wanted is reached.");
    }

    private static bool Synthetic()
    {
        if (NmfData<double>.Synthetic(1) is null)
        {
            Console.WriteLine("The synthetic sets are absent: their table is left out.");
            return true;
        }
        Console.WriteLine($"Synthetic sets 1 to 5, rank 10, {Iterations} iterations, sparsity of the true factor: relative error in %");
        Console.WriteLine($"{"",-12}{"mean",10}{"least",10}{"most",10}{"authors' mean",16}{"extrapolated",14}");
        var means = new Dictionary<NmfAlgorithm, double>();
        foreach (var (algorithm, name, authors, _) in Authors)
        {
            List<double> Errors(bool extrapolate) =>
                [.. Enumerable.Range(1, 5).Select(i => NmfData<double>.Synthetic(i)!.Value)
                    .Select(set => 100 * Fit(set.Data, algorithm, set.Sparsity, extrapolate).RelativeError)];
            var (errors, extrapolated) = (Errors(false), Errors(true));
            means[algorithm] = errors.Average();
            Console.WriteLine($"{name,-12}{errors.Average(),10:E1}{errors.Min(),10:E1}{errors.Max(),10:E1}"
                + $"{authors,16:E1}{extrapolated.Average(),14:E1}");
        }
        var order = means[NmfAlgorithm.Psnmf] < means[NmfAlgorithm.NeNmf] && means[NmfAlgorithm.NeNmf] < means[NmfAlgorithm.AHals]
            && means[NmfAlgorithm.AHals] < means[NmfAlgorithm.CPsnmf];
        Console.WriteLine($"PSNMF at most 9e-4 %: {Say(means[NmfAlgorithm.Psnmf] <= 9e-4)}; PSNMF < NeNMF < A-HALS < cPSNMF: {Say(order)}");
        Console.WriteLine("(The paper has ℓ1 A-HALS last. Here its penalties come from the projection's multiplier, and it does better "
            + "than theirs.)\n");
        return order && means[NmfAlgorithm.Psnmf] <= 9e-4;
    }

    private static bool Faces(NmfData<double> faces)
    {
        Console.WriteLine($"CBCL faces, rank 49, {Iterations} iterations, average sparsity 0.85 where sparse");
        Console.WriteLine($"{"",-12}{"error %",10}{"authors' %",12}{"sparsity",12}{"seconds",9}"
            + $"{"extrapolated %",16}{"sparsity",12}{"seconds",9}");
        var folder = SharedFolder.Output("nmf-paper");
        var results = new Dictionary<NmfAlgorithm, NmfResult<double>>();
        foreach (var (algorithm, name, _, authors) in Authors)
        {
            var result = results[algorithm] = Fit(faces, algorithm, 0.85, extrapolate: false);
            var further = Fit(faces, algorithm, 0.85, extrapolate: true);
            Console.WriteLine($"{name,-12}{100 * result.RelativeError,10:F3}{authors,12:F3}{result.BasisSparsity,12:F6}"
                + $"{result.Elapsed.TotalSeconds,9:F2}{100 * further.RelativeError,16:F3}"
                + $"{further.BasisSparsity,12:F6}{further.Elapsed.TotalSeconds,9:F2}");
            Save(folder, $"basis-{algorithm}.png", NmfOutput.BasisPicture(result.Basis, Face));
        }
        var sparse = results.Where(r => r.Key is not (NmfAlgorithm.AHals or NmfAlgorithm.NeNmf)).Select(r => r.Value).ToList();
        var best = sparse.Min(r => 100 * r.RelativeError);
        var exact = sparse.All(r => Math.Abs(r.BasisSparsity - 0.85) <= 1e-4);
        var dense = 100 * results[NmfAlgorithm.AHals].RelativeError;
        Console.WriteLine($"A-HALS at most 8.08 %: {Say(dense <= 8.08)}; best sparse at most 9.70 %: {Say(best <= 9.70)}; sparsity within "
            + $"1e-4: {Say(exact)}");
        Console.WriteLine($"Basis pictures: {folder}\n");
        return dense <= 8.08 && best <= 9.70 && exact;
    }

    private static bool Weighted(NmfData<double> faces)
    {
        var weights = Enumerable.Range(0, Face.Pixels).Select(j => CentreWeight(j / Face.Height, j % Face.Height)).ToArray();
        var plain = Fit(faces, NmfAlgorithm.Psnmf, 0.85, extrapolate: false);
        var weighted =
            NonnegativeFactorization.Fit(faces.X, Options(faces, NmfAlgorithm.Psnmf, 0.85) with { FeatureWeights = weights }, faces.Start);
        double[] before = ErrorMap(faces.X, plain), after = ErrorMap(faces.X, weighted);
        Console.WriteLine("WSNMF on the faces, weights 0.1 in the centre rising to 1 at 9 pixels from it, against PSNMF: root mean square "
            + "error of a pixel");
        Console.WriteLine($"{"",-12}{"centre 9×9",12}{"elsewhere",12}{"error %",10}{"sparsity",10}");
        Print("PSNMF", before, plain);
        Print("WSNMF", after, weighted);
        var ratio = Centre(after, inside: true) / Centre(before, inside: true);
        Console.WriteLine($"The centre's error with weights is {ratio:F2} of that without: {Say(ratio < 1)}");
        var folder = SharedFolder.Output("nmf-paper");
        var largest = before.Concat(after).Max();
        Save(folder, "error-map-psnmf.png", PartsPicture.Of([Bright(before, largest)], Face, largest).Enlarged(12).ToPng());
        Save(folder, "error-map-wsnmf.png", PartsPicture.Of([Bright(after, largest)], Face, largest).Enlarged(12).ToPng());
        Save(folder, "basis-Wsnmf.png", NmfOutput.BasisPicture(weighted.Basis, Face));
        Console.WriteLine($"Error maps (dark: small error): {folder}");
        return ratio < 1;

        static void Print(string name, double[] map, NmfResult<double> result) =>
            Console.WriteLine($"{name,-12}{Centre(map, true),12:F5}{Centre(map, false),12:F5}"
                + $"{100 * result.RelativeError,10:F3}{result.BasisSparsity,10:F5}");
    }

    private static double[] Bright(double[] map, double largest) => Array.ConvertAll(map, e => largest - e);

    private static double CentreWeight(int x, int y) => 0.1 + 0.9 * Math.Min(1, Math.Sqrt((x - 9) * (x - 9) + (y - 9) * (y - 9)) / 9.0);

    /// <summary>The root mean square over the pixels within 4 of the centre in either direction, or outside of them.</summary>
    private static double Centre(double[] map, bool inside)
    {
        var chosen = Enumerable.Range(0, map.Length)
            .Where(j => (Math.Abs(j / Face.Height - 9) <= 4 && Math.Abs(j % Face.Height - 9) <= 4) == inside);
        return Math.Sqrt(chosen.Average(j => map[j] * map[j]));
    }

    /// <summary>The root mean square error of each feature.</summary>
    private static double[] ErrorMap(DataMatrix<double> x, NmfResult<double> result)
    {
        var data = ((DenseData<double>)x).Values;
        var (squares, features) = (new double[x.Features], x.Features);
        for (var i = 0; i < x.Samples; i++)
        {
            var c = result.Coefficients!.Row(i);
            for (var j = 0; j < features; j++)
            {
                var difference = data.Span[i * features + j] - System.Numerics.Tensors.TensorPrimitives.Dot<double>(c, result.Basis.Row(j));
                squares[j] += difference * difference;
            }
        }
        return Array.ConvertAll(squares, s => Math.Sqrt(s / x.Samples));
    }

    private static NmfResult<double> Fit(NmfData<double> set, NmfAlgorithm algorithm, double sparsity, bool extrapolate) =>
        NonnegativeFactorization.Fit(set.X, Options(set, algorithm, sparsity) with { Extrapolate = extrapolate }, set.Start);

    private static NmfOptions Options(NmfData<double> set, NmfAlgorithm algorithm, double sparsity) => new()
    {
        Rank = set.Rank,
        Algorithm = algorithm,
        BasisSparsity = algorithm is NmfAlgorithm.AHals or NmfAlgorithm.NeNmf ? null : sparsity,
        MaxIterations = Iterations,
        Tolerance = 0,
        Extrapolate = false,
    };

    private static void Save(string folder, string name, byte[] png) => File.WriteAllBytes(Path.Combine(folder, name), png);

    private static string Say(bool reached) => reached ? "yes" : "NO";
}
