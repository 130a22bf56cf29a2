using System.Numerics;
using GspMl.LinearAlgebra;

namespace GspMl.Factorization;

/// <summary>Why a factorisation ended.</summary>
public enum NmfEnding
{
    /// <summary>The error fell by less than the tolerance.</summary>
    Converged,

    /// <summary>All iterations were made.</summary>
    MaxIterations,

    /// <summary>The time was up.</summary>
    MaxTime,

    /// <summary>Cancellation was asked for; the result is the best so far.</summary>
    Cancelled,
}

/// <summary>The state after an iteration.</summary>
/// <param name="Iteration">From 1.</param>
/// <param name="Elapsed">Since the start of the fit.</param>
/// <param name="RelativeError">‖X − C·Bᵀ‖ / ‖X‖.</param>
/// <param name="BasisSparsity">The average Hoyer sparsity of the basis columns (weighted if there are feature weights).</param>
/// <param name="CoefficientSparsity">That of the coefficients' columns; NaN where the coefficients are not kept in memory.</param>
public readonly record struct NmfIteration(int Iteration, TimeSpan Elapsed, double RelativeError, double BasisSparsity, double CoefficientSparsity);

/// <summary>A factorisation X ≈ C·Bᵀ: the best iterate that was seen.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="Basis">B, features × rank.</param>
/// <param name="Coefficients">C, samples × rank; null for streamed data, whose coefficients come from <see cref="NonnegativeEncoder{T}"/>.</param>
/// <param name="RelativeError">‖X − C·Bᵀ‖ / ‖X‖, computed anew from these factors; 0 for data that is all zero.</param>
/// <param name="BasisSparsity">The average Hoyer sparsity of the basis columns (weighted if there are feature weights).</param>
/// <param name="CoefficientSparsity">That of the coefficients' columns; NaN for streamed data.</param>
/// <param name="Iterations">Iterations made.</param>
/// <param name="BestIteration">The iteration that the factors are from; 0: the start could not be improved.</param>
/// <param name="Ending">Why it ended.</param>
/// <param name="Elapsed">The whole time, initialisation included.</param>
/// <param name="Trace">Every iteration.</param>
public sealed record NmfResult<T>(
    DenseMatrix<T> Basis,
    DenseMatrix<T>? Coefficients,
    double RelativeError,
    double BasisSparsity,
    double CoefficientSparsity,
    int Iterations,
    int BestIteration,
    NmfEnding Ending,
    TimeSpan Elapsed,
    IReadOnlyList<NmfIteration> Trace)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>;
