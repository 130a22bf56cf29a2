using System.Numerics;
using GspMl.LinearAlgebra;

namespace GspMl.Factorization;

/// <summary>Uniform random factors, scaled by the best common factor ⟨X, C·Bᵀ⟩ / ‖C·Bᵀ‖², half of it to either side.</summary>
internal static class RandomStart
{
    public static (Panel<T> Basis, Panel<T> Coefficients) Create<T>(DataMatrix<T> data, NmfOptions options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var random = new Random(options.Seed);
        var basis = Uniform<T>(data.Features, options.Rank, random);
        var coefficients = Uniform<T>(data.Samples, options.Rank, random);
        ScaleToData(data, basis, coefficients, options.MaxThreads);
        return (basis, coefficients);
    }

    public static Panel<T> Uniform<T>(int rows, int rank, Random random)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var panel = new Panel<T>(rows, rank);
        for (var i = 0; i < rows; i++)
        {
            foreach (ref var value in panel.Row(i)) value = T.CreateTruncating(random.NextDouble());
        }
        return panel;
    }

    /// <summary>Makes √scale·C and √scale·B of C and B; leaves them where the data or the product is zero.</summary>
    public static void ScaleToData<T>(DataMatrix<T> data, Panel<T> basis, Panel<T> coefficients, int maxThreads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var rank = basis.Columns;
        var product = new Panel<T>(data.Samples, rank);
        data.Multiply(basis, product, maxThreads);
        var (left, right) = (new double[rank * rank], new double[rank * rank]);
        GramMatrix.Of(coefficients, left, maxThreads);
        GramMatrix.Of(basis, right, maxThreads);
        var scale = PanelReduction.Dot(product, coefficients, maxThreads) / RankMatrix.Dot(left, right);
        if (!(scale > 0) || !double.IsFinite(scale)) return;
        var root = T.CreateTruncating(Math.Sqrt(scale));
        foreach (ref var value in basis.Filled) value *= root;
        foreach (ref var value in coefficients.Filled) value *= root;
    }
}
