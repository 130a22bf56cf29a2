using System.Numerics;
using GspMl.LinearAlgebra;

namespace GspMl.Factorization;

/// <summary>A factorisation X ≈ C·Bᵀ: the best iterate that was seen.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class NmfResult<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>B, features × rank.</summary>
    public required DenseMatrix<T> Basis { get; init; }

    /// <summary>
    /// C, samples × rank; null for streamed data, whose coefficients come from <see cref="NonnegativeEncoder{T}"/>, and for shards, which
    /// keep theirs.
    /// </summary>
    public DenseMatrix<T>? Coefficients { get; init; }

    /// <summary>‖X − C·Bᵀ‖ / ‖X‖, computed anew from these factors; 0 for data that is all zero.</summary>
    public double RelativeError { get; init; }

    /// <summary>The average Hoyer sparsity of the basis columns (weighted if there are feature weights).</summary>
    public double BasisSparsity { get; init; }

    /// <summary>That of the coefficients' columns; NaN for streamed data.</summary>
    public double CoefficientSparsity { get; init; } = double.NaN;

    /// <summary>Iterations made.</summary>
    public int Iterations => Trace.Count;

    /// <summary>The iteration that the factors are from, from 1.</summary>
    public int BestIteration { get; init; }

    /// <summary>Why it ended.</summary>
    public NmfEnding Ending { get; init; }

    /// <summary>The whole time, initialisation included.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>Every iteration.</summary>
    public IReadOnlyList<NmfIteration> Trace { get; init; } = [];

    /// <summary>The fit of X, from that of X·4⁻ⁿ.</summary>
    internal NmfResult<T> Scaled(int doublings) =>
        doublings == 0 ? this : With(Basis.TimesPowerOfTwo(doublings), Coefficients?.TimesPowerOfTwo(doublings));

    /// <summary>The same fit with its coefficients.</summary>
    internal NmfResult<T> With(DenseMatrix<T> coefficients) => With(Basis, coefficients);

    private NmfResult<T> With(DenseMatrix<T> basis, DenseMatrix<T>? coefficients) => new()
    {
        Basis = basis,
        Coefficients = coefficients,
        RelativeError = RelativeError,
        BasisSparsity = BasisSparsity,
        CoefficientSparsity = CoefficientSparsity,
        BestIteration = BestIteration,
        Ending = Ending,
        Elapsed = Elapsed,
        Trace = Trace,
    };
}
