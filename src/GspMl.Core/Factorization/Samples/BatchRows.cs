using System.Numerics;
using GspMl.LinearAlgebra;

namespace GspMl.Factorization;

/// <summary>Rows of a batch, with coefficients that are fitted from zero and kept until the next batch.</summary>
internal sealed class BatchRows<T>(DataMatrix<T> data, int rank, IFactorUpdate<T> update, int maxThreads)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly RowProducts<T> products = new(data, rank, maxThreads);
    private readonly Panel<T> coefficients = new(data.Samples, rank);
    private readonly Panel<T> product = new(data.Samples, rank);

    public int Samples => coefficients.Rows;

    /// <summary>Other rows in the same number.</summary>
    public void Replace(DataMatrix<T> other) => products.Data = other;

    /// <summary>Fits the coefficients to a basis (features × rank) and adds their sums.</summary>
    public void Fit(DenseMatrix<T> basis, BasisSums<T> sums)
    {
        coefficients.Clear();
        sums.Alignment += products.Fit(basis.Values, coefficients, product, update);
        products.Sum(coefficients);
        AddProduct(sums.Product);
        for (var i = 0; i < sums.Gram.Length; i++) sums.Gram[i] += products.Gram[i];
        sums.SquaredNorm += products.Data.SquaredNorm;
        sums.Samples += Samples;
        sums.ProductCost += products.Cost;
    }

    private void AddProduct(DenseMatrix<T> total)
    {
        for (var j = 0; j < total.Rows; j++)
        {
            Span<T> from = products.Transposed.Row(j), to = total.Row(j);
            for (var k = 0; k < to.Length; k++) to[k] += from[k];
        }
    }
}
