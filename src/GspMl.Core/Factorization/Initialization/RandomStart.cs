using System.Numerics;
using GspMl.LinearAlgebra;

namespace GspMl.Factorization;

/// <summary>Uniform random factors, scaled by the best common factor ⟨X, C·Bᵀ⟩ / ‖C·Bᵀ‖², half of it to either side.</summary>
internal static class RandomStart
{
    public static (Panel<T> Basis, Panel<T> Coefficients) Create<T>(DataMatrix<T> data, NmfOptions options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var basis = Basis<T>(data.Features, options);
        var coefficients = Coefficients<T>(data.Samples, options.Rank, options.Seed, firstRow: 0);
        ScaleToData(data, basis, coefficients, options.MaxThreads);
        return (basis, coefficients);
    }

    /// <summary>The basis of a start, not yet scaled.</summary>
    public static Panel<T> Basis<T>(int features, NmfOptions options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        RowRandom.Uniform<T>(features, options.Rank, options.Seed, RowRandom.Factor.Basis);

    /// <summary>The coefficients of some rows, not yet scaled.</summary>
    public static Panel<T> Coefficients<T>(int rows, int rank, int seed, long firstRow)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        RowRandom.Uniform<T>(rows, rank, seed, RowRandom.Factor.Coefficients, firstRow);

    /// <summary>√(⟨X·B, C⟩ / ⟨CᵀC, BᵀB⟩), what both factors are multiplied by; 1 where the data or the product is zero.</summary>
    public static double Factor(double alignment, ReadOnlySpan<double> coefficientGram, ReadOnlySpan<double> basisGram)
    {
        var scale = alignment / RankMatrix.Dot(coefficientGram, basisGram);
        return scale > 0 && double.IsFinite(scale) ? Math.Sqrt(scale) : 1;
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
        var factor = Factor(PanelReduction.Dot(product, coefficients, maxThreads), left, right);
        basis.Scale(factor);
        coefficients.Scale(factor);
    }
}
