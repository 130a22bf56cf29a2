using GspMl.Collections;

namespace GspMl.Factorization;

/// <summary>What a factorisation X ≈ C·Bᵀ should be, and when it should end.</summary>
public sealed partial record NmfOptions
{
    /// <summary>
    /// The number of columns of both factors, at least 1. It may exceed the dimensions of X: then some columns are redundant.
    /// </summary>
    public required int Rank { get; init; }

    /// <summary>The algorithm; null means PSNMF where a sparsity is asked for, else A-HALS.</summary>
    public NmfAlgorithm? Algorithm { get; init; }

    /// <summary>
    /// The wanted average Hoyer sparsity of the basis columns, in [0, 1]; null: not constrained. Columns that are sparser by themselves
    /// stay so.
    /// </summary>
    public double? BasisSparsity { get; init; }

    /// <summary>
    /// The wanted average Hoyer sparsity of the coefficients' columns (one for each basis column, as long as there are samples), in [0, 1];
    /// null: not constrained.
    /// </summary>
    public double? CoefficientSparsity { get; init; }

    /// <summary>
    /// A weight for each feature, at least 0 and not all 0: entries at features of small weight cost little sparsity (WSNMF). Null: all
    /// ones. Needs <see cref="BasisSparsity"/>.
    /// </summary>
    public IReadOnlyList<double>? FeatureWeights { get; init => field = ContentList.Of(value); }

    /// <summary>The most iterations, each one update of either factor.</summary>
    public int MaxIterations { get; init; } = 500;

    /// <summary>
    /// The factorisation ends when the relative error of the best iterate has fallen by less than this fraction of itself over
    /// ten iterations. 0: never.
    /// </summary>
    public double Tolerance { get; init; } = 1e-4;

    /// <summary>
    /// Go on by a part of the last move between updates, and back when the error rises (Ang and Gillis, Neural Computation 31, 2019): far
    /// fewer iterations. A basis held to a sparsity is projected again, coefficients held to one are not moved. Not for ℓ1 A-HALS, whose
    /// error may rise by itself, nor for streamed data.
    /// </summary>
    public bool Extrapolate { get; init; } = true;

    /// <summary>The most time to spend; null: no bound. The iteration under way is completed.</summary>
    public TimeSpan? MaxTime { get; init; }

    /// <summary>How factors that are not given start.</summary>
    public NmfInitialization Initialization { get; init; }

    /// <summary>The seed of everything random. The same seed gives the same bits, whatever the number of threads.</summary>
    public int Seed { get; init; }

    /// <summary>The most threads to use; 0: one for each processor.</summary>
    public int MaxThreads { get; init; }
}
