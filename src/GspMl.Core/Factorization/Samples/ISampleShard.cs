using System.Numerics;
using GspMl.LinearAlgebra;

namespace GspMl.Factorization;

/// <summary>
/// The samples' side of a factorisation: some rows of X together with their coefficients. The coefficients of a row need that row alone,
/// and the basis needs nothing but <see cref="BasisSums{T}"/>, so that rows may lie in memory, in a file or on another machine:
/// shards are asked for their sums one by one, or at once, and the sums are added.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
internal interface ISampleShard<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The number of values in a row.</summary>
    int Features { get; }

    /// <summary>Fits the coefficients to a basis (features × rank), from where they stood if they are kept, and adds their sums.</summary>
    void Fit(DenseMatrix<T> basis, BasisSums<T> sums);
}
