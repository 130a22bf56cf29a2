using System.Numerics;
using GspMl.LinearAlgebra;

namespace GspMl.Factorization;

/// <summary>Samples in memory with their coefficients.</summary>
internal sealed class MemoryShard<T> : ISampleShard<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private DataMatrix<T> data;
    private readonly IFactorUpdate<T> update;
    private readonly int maxThreads;
    private readonly Panel<T> basis;
    private readonly Panel<T> product;
    private readonly Panel<T> transposeProduct;
    private readonly double[] basisGram;
    private readonly double[] gram;

    public MemoryShard(DataMatrix<T> data, Panel<T> coefficients, IFactorUpdate<T> update, int maxThreads)
    {
        (this.data, this.update, this.maxThreads, Coefficients) = (data, update, maxThreads, coefficients);
        var rank = coefficients.Columns;
        basis = new Panel<T>(data.Features, rank);
        product = new Panel<T>(data.Samples, rank);
        transposeProduct = new Panel<T>(data.Features, rank);
        basisGram = new double[rank * rank];
        gram = new double[rank * rank];
    }

    public Panel<T> Coefficients { get; }

    public int Features => data.Features;

    /// <summary>Other rows in the same number; the coefficients stay as a start for them.</summary>
    public void Replace(DataMatrix<T> other) => data = other;

    public void Fit(DenseMatrix<T> basis, BasisSums<T> sums)
    {
        FitCoefficients(basis);
        sums.Alignment += PanelReduction.Dot(product, Coefficients, maxThreads);
        AddSums(sums);
    }

    /// <summary>Fits the coefficients to a basis and returns their relative error, without the sums.</summary>
    public double Fit(DenseMatrix<T> basis)
    {
        FitCoefficients(basis);
        GramMatrix.Of(Coefficients, gram, maxThreads);
        var square = data.SquaredNorm - 2 * PanelReduction.Dot(product, Coefficients, maxThreads) + RankMatrix.Dot(gram, basisGram);
        return data.SquaredNorm > 0 ? Math.Sqrt(Math.Max(0, square) / data.SquaredNorm) : 0;
    }

    private void FitCoefficients(DenseMatrix<T> basis)
    {
        this.basis.CopyFrom(basis);
        GramMatrix.Of(this.basis, basisGram, maxThreads);
        data.Multiply(this.basis, product, maxThreads);
        update.Update(Coefficients, new(product, basisGram, (double)data.StoredValues * basis.Columns), maxThreads);
    }

    /// <summary>Adds the sums of the present coefficients.</summary>
    public void AddSums(BasisSums<T> sums)
    {
        data.TransposeMultiply(Coefficients, transposeProduct, maxThreads);
        GramMatrix.Of(Coefficients, gram, maxThreads);
        for (var j = 0; j < Features; j++)
        {
            var from = transposeProduct.Row(j);
            var to = sums.Product.Row(j);
            for (var k = 0; k < to.Length; k++) to[k] += from[k];
        }
        for (var i = 0; i < gram.Length; i++) sums.Gram[i] += gram[i];
        sums.SquaredNorm += data.SquaredNorm;
        sums.Samples += data.Samples;
        sums.ProductCost += (double)data.StoredValues * Coefficients.Columns;
    }
}
