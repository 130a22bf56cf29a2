using System.Numerics;

namespace GspMl.Factorization;

/// <summary>
/// A shard's answer. All of it are sums over samples, so that the answers of two shards add up to the answer of both. What a request does
/// not ask for is zero or empty.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed partial record ShardSums<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The number of values in a row: the same for all shards, and not added.</summary>
    public int Features { get; init; }

    /// <summary>The number of rows.</summary>
    public long Samples { get; init; }

    /// <summary>The values that a product must read.</summary>
    public long StoredValues { get; init; }

    /// <summary>The sum of all values.</summary>
    public double Total { get; init; }

    /// <summary>‖X‖².</summary>
    public double SquaredNorm { get; init; }

    /// <summary>⟨X·B, C⟩.</summary>
    public double Alignment { get; init; }

    /// <summary>Cᵀ·C of the coefficients that <see cref="Alignment"/> is of, rank × rank, row-major.</summary>
    public ReadOnlyMemory<double> FittedGram { get; init; }

    /// <summary>Σ|c| of each column of these coefficients.</summary>
    public ReadOnlyMemory<double> ColumnSums { get; init; }

    /// <summary>Σc² of each column of these coefficients.</summary>
    public ReadOnlyMemory<double> ColumnSquares { get; init; }

    /// <summary>‖X − C·Bᵀ‖².</summary>
    public double Residual { get; init; }

    /// <summary>Xᵀ·C of the coefficients to go on from, features × rank, row-major.</summary>
    public ReadOnlyMemory<T> Product { get; init; }

    /// <summary>Cᵀ·C of the coefficients to go on from, rank × rank, row-major.</summary>
    public ReadOnlyMemory<double> Gram { get; init; }
}
