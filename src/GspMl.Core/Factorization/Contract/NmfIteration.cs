namespace GspMl.Factorization;

/// <summary>The state after an iteration.</summary>
public readonly record struct NmfIteration
{
    /// <summary>From 1.</summary>
    public int Iteration { get; init; }

    /// <summary>Since the start of the fit.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>‖X − C·Bᵀ‖ / ‖X‖.</summary>
    public double RelativeError { get; init; }

    /// <summary>The average Hoyer sparsity of the basis columns (weighted if there are feature weights).</summary>
    public double BasisSparsity { get; init; }

    /// <summary>That of the coefficients' columns; NaN where the coefficients are not kept in memory.</summary>
    public double CoefficientSparsity { get; init; }
}
