using System.Numerics;
using GspMl.LinearAlgebra;

namespace GspMl.Factorization;

/// <summary>What a factorisation computes of some rows: X·B with the fit of their coefficients, Xᵀ·C, and Cᵀ·C.</summary>
internal sealed class RowProducts<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int maxThreads;
    private readonly double[] basisGram;

    public RowProducts(DataMatrix<T> data, int rank, int maxThreads)
    {
        (Data, this.maxThreads) = (data, maxThreads);
        Basis = new(data.Features, rank);
        Transposed = new(data.Features, rank);
        basisGram = new double[rank * rank];
        Gram = new double[rank * rank];
    }

    /// <summary>The rows; others in the same number may take their place.</summary>
    public DataMatrix<T> Data { get; set; }

    /// <summary>The basis of the last fit.</summary>
    public Panel<T> Basis { get; }

    /// <summary>Xᵀ·C, from <see cref="Sum"/>.</summary>
    public Panel<T> Transposed { get; }

    /// <summary>Cᵀ·C, from <see cref="Sum"/> or <see cref="SumGram"/>.</summary>
    public double[] Gram { get; }

    public double Cost => (double)Data.StoredValues * Basis.Columns;

    /// <summary>Fits coefficients to a basis and returns ⟨X·B, C⟩; the product receives X·B.</summary>
    public double Fit(ReadOnlySpan<T> basis, Panel<T> coefficients, Panel<T> product, IFactorUpdate<T> update)
    {
        Multiply(basis, product);
        GramMatrix.Of(Basis, basisGram, maxThreads);
        update.Update(coefficients, new(product, basisGram, Cost), maxThreads);
        return PanelReduction.Dot(product, coefficients, maxThreads);
    }

    /// <summary>⟨X·B, C⟩ of coefficients as they stand; the product receives X·B.</summary>
    public double Align(ReadOnlySpan<T> basis, Panel<T> coefficients, Panel<T> product)
    {
        Multiply(basis, product);
        return PanelReduction.Dot(product, coefficients, maxThreads);
    }

    public void SumGram(Panel<T> coefficients) => GramMatrix.Of(coefficients, Gram, maxThreads);

    public void Sum(Panel<T> coefficients)
    {
        Data.TransposeMultiply(coefficients, Transposed, maxThreads);
        SumGram(coefficients);
    }

    /// <summary>‖X − C·Bᵀ‖², from the factors themselves.</summary>
    public double Residual(ReadOnlySpan<T> basis, Panel<T> coefficients)
    {
        Basis.CopyFrom(basis);
        return Data.ResidualSquaredNorm(coefficients, Basis, maxThreads);
    }

    private void Multiply(ReadOnlySpan<T> basis, Panel<T> product)
    {
        Basis.CopyFrom(basis);
        Data.Multiply(Basis, product, maxThreads);
    }
}
