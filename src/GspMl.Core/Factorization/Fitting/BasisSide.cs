using System.Numerics;
using GspMl.LinearAlgebra;

namespace GspMl.Factorization;

/// <summary>The basis' side of a factorisation: it sees the data only through Xᵀ·C and Cᵀ·C.</summary>
internal sealed class BasisSide<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly IFactorUpdate<T> update;
    private readonly Panel<T> product;
    private readonly double[] weights;
    private readonly Panel<T> last;
    private readonly bool constrained;
    private readonly int maxThreads;

    public BasisSide(Panel<T> basis, NmfOptions options)
    {
        (Panel, maxThreads) = (basis, options.MaxThreads);
        update = NmfAlgorithms.BasisUpdate<T>(options);
        weights = NmfAlgorithms.Weights(options);
        product = new(basis.Rows, basis.Columns);
        last = new(basis.Rows, basis.Columns);
        last.CopyFrom(basis);
        constrained = options.BasisSparsity is not null;
        Matrix = basis.ToDense();
        Gram = new double[basis.Columns * basis.Columns];
    }

    public Panel<T> Panel { get; }

    /// <summary>The same values, as shards are given them.</summary>
    public DenseMatrix<T> Matrix { get; }

    /// <summary>Bᵀ·B.</summary>
    public double[] Gram { get; }

    /// <param name="product">Xᵀ·C, features × rank, row-major.</param>
    /// <param name="gram">Cᵀ·C, rank × rank, row-major.</param>
    /// <param name="cost">The multiply-adds that the product cost.</param>
    /// <param name="extrapolation">
    /// How far to go on beyond the update, as a share of the move; a basis held to a sparsity is projected again.
    /// </param>
    public void Update(ReadOnlySpan<T> product, double[] gram, double cost, double extrapolation = 0)
    {
        this.product.CopyFrom(product);
        update.Update(Panel, new(this.product, gram, cost), maxThreads);
        PanelMove.Advance(Panel, last, extrapolation, maxThreads);
        if (constrained && extrapolation > 0) update.Restore(Panel);
        Publish();
    }

    /// <summary>Goes back to an earlier basis.</summary>
    public void Return(Panel<T> earlier)
    {
        Panel.CopyFrom(earlier);
        last.CopyFrom(earlier);
        Publish();
    }

    private void Publish()
    {
        Panel.CopyTo(Matrix);
        GramMatrix.Of(Panel, Gram, maxThreads);
    }

    public double Sparsity() => Sparsity(Panel);

    public double Sparsity(Panel<T> basis) => AverageSparsity.Of(basis, weights);
}
