using System.Numerics;
using GspMl.LinearAlgebra;

namespace GspMl.Factorization;

/// <summary>
/// One side of the alternation: improves a factor F (n × rank) of min ½⟨F·G, F⟩ − ⟨V, F⟩ over its constraints, F ≥ 0 and perhaps sparsity.
/// For the basis V = Xᵀ·C and G = Cᵀ·C, for the coefficients V = X·B and G = Bᵀ·B. An algorithm is a pair of updates.
/// </summary>
internal interface IFactorUpdate<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    void Update(Panel<T> factor, NormalEquations<T> equations, int maxThreads);

    /// <summary>Brings a factor that was moved by other means back to the constraint.</summary>
    void Restore(Panel<T> factor)
    {
    }
}

/// <summary>V and G of one side, and what they cost.</summary>
/// <param name="Product">V, n × rank.</param>
/// <param name="Gram">G, rank × rank, row-major.</param>
/// <param name="ProductCost">Multiply-adds that V cost: the algorithms choose their inner steps so that these stay in proportion.</param>
internal readonly record struct NormalEquations<T>(Panel<T> Product, double[] Gram, double ProductCost)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public int Rank => Product.Columns;

    /// <summary>
    /// Gillis and Glineur (2012, section 4): with ρ the cost of V and the first sweep over that of one more sweep, 1 + αρ sweeps make
    /// the most of a costly V. They take α = ½; here sweeps run in cache and cost less than their multiply-adds say, so α = 1.
    /// </summary>
    public int InnerSteps() => InnerStepsOf(ProductCost, Product.Rows, Rank);

    /// <summary>The same for any number of rows.</summary>
    public static int InnerStepsOf(double productCost, long rows, int rank)
    {
        const int Most = 100;
        var sweep = (double)rows * rank * rank;
        return (int)Math.Min(Most, 2 + productCost / sweep);
    }
}
