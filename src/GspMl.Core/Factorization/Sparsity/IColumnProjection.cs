using GspMl.LinearAlgebra;

namespace GspMl.Factorization;

/// <summary>
/// The sparsity constraint on one factor. Factors come transposed, rank × n, so that each of the factor's columns is contiguous, and
/// without negative entries.
/// </summary>
internal interface IColumnProjection
{
    /// <summary>Weights w over the n entries of a column; empty for plain sparsity.</summary>
    ReadOnlySpan<double> Weights { get; }

    /// <summary>
    /// Projects in place. thresholds[k] receives λ_k, by which column k was thresholded at λ_k·w (the multiplier of the constraint, in the
    /// units of the columns); 0 where nothing had to change.
    /// </summary>
    void Project(Panel<double> columns, Span<double> thresholds);
}
