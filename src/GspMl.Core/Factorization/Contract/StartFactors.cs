using System.Numerics;
using GspMl.LinearAlgebra;

namespace GspMl.Factorization;

/// <summary>Factors to start from. They are copied, never changed.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="Basis">B, features × rank, finite and at least 0.</param>
/// <param name="Coefficients">C, samples × rank, finite and at least 0.</param>
public sealed record StartFactors<T>(DenseMatrix<T> Basis, DenseMatrix<T> Coefficients)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal StartFactors<T> Scaled(int doublings) => new(Basis.TimesPowerOfTwo(doublings), Coefficients.TimesPowerOfTwo(doublings));

    internal void Check(int samples, int features, int rank)
    {
        Check(Basis, features, rank, "basis");
        Check(Coefficients, samples, rank, "coefficients");
    }

    internal static void Check(DenseMatrix<T> factor, int rows, int rank, string name)
    {
        if (factor.Rows != rows || factor.Columns != rank)
            throw new ArgumentException($"The starting {name} are {factor.Rows} x {factor.Columns}; {rows} x {rank} are needed.");
        var bad = Array.FindIndex(factor.Values, x => !(x >= T.Zero && T.IsFinite(x)));
        if (bad >= 0)
            throw new ArgumentException(
                $"The starting {name} hold {factor.Values[bad]} at row {bad / rank}, column {bad % rank}; "
                + "starting factors are finite and at least 0.");
    }
}
