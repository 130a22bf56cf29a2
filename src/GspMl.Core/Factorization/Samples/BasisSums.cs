using System.Numerics;
using GspMl.LinearAlgebra;

namespace GspMl.Factorization;

/// <summary>
/// All that a basis update needs to know of the data: Xᵀ·C, Cᵀ·C, and the terms of the error. Sums over samples, so that the sums of
/// two parts of the data add up to the sums of the whole.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
internal sealed class BasisSums<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Sums of no samples: all zero.</summary>
    public BasisSums(int features, int rank)
    {
        Product = new DenseMatrix<T>(features, rank);
        Gram = new double[rank * rank];
    }

    /// <summary>Xᵀ·C, features × rank.</summary>
    public DenseMatrix<T> Product { get; }

    /// <summary>Cᵀ·C, rank × rank, row-major.</summary>
    public double[] Gram { get; }

    /// <summary>‖X‖².</summary>
    public double SquaredNorm { get; set; }

    /// <summary>⟨X·B, C⟩ for the basis that the coefficients were last fitted to.</summary>
    public double Alignment { get; set; }

    /// <summary>The number of samples summed.</summary>
    public long Samples { get; set; }

    /// <summary>The multiply-adds that <see cref="Product"/> cost.</summary>
    public double ProductCost { get; set; }

    /// <summary>Back to the sums of no samples.</summary>
    public void Clear()
    {
        Array.Clear(Product.Values);
        Array.Clear(Gram);
        (SquaredNorm, Alignment, Samples, ProductCost) = (0, 0, 0, 0);
    }

    /// <summary>this += scale · other.</summary>
    public void Add(BasisSums<T> other, double scale = 1)
    {
        ArgumentNullException.ThrowIfNull(other);
        var factor = T.CreateTruncating(scale);
        for (var i = 0; i < Product.Values.Length; i++) Product.Values[i] += factor * other.Product.Values[i];
        for (var i = 0; i < Gram.Length; i++) Gram[i] += scale * other.Gram[i];
        SquaredNorm += scale * other.SquaredNorm;
        Alignment += scale * other.Alignment;
        Samples += other.Samples;
        ProductCost += other.ProductCost;
    }

    /// <summary>‖X − C·Bᵀ‖ / ‖X‖ = √(‖X‖² − 2⟨X·B, C⟩ + ⟨Cᵀ·C, Bᵀ·B⟩) / ‖X‖, in double; 0 for data that is all zero.</summary>
    internal double RelativeError(ReadOnlySpan<double> basisGram)
    {
        if (SquaredNorm <= 0) return 0;
        return Math.Sqrt(Math.Max(0, SquaredNorm - 2 * Alignment + RankMatrix.Dot(Gram, basisGram)) / SquaredNorm);
    }
}
