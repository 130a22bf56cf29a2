using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Factorization;

namespace GspMl.Onnx.Shrinking.Turning;

/// <summary>
/// Other coordinates for the queries and keys of a head. q·k stays what it is when q becomes Aᵀ·q and k becomes Bᵀ·k with A·Bᵀ = 1. Of all
/// such A and B these make the features count one after the other: with the second moments C and D of queries and keys, and
/// √C·√D = U·Σ·Vᵀ, they are A = C^(−½)·U·√Σ and B = D^(−½)·V·√Σ. Then both have the second moments Σ, and the first r features give
/// the best approximation of all products by r features (Eckart and Young 1936).
/// </summary>
/// <param name="Queries">A.</param>
/// <param name="Keys">B.</param>
internal sealed record SharedBasis(Matrix<double> Queries, Matrix<double> Keys)
{
    // Of the mean variance: what is hardly ever seen gets no coordinates of huge numbers.
    private const double Ridge = 1e-4;

    /// <summary>The coordinates of features with these second moments. O(features³).</summary>
    public static SharedBasis Of(Matrix<double> queries, Matrix<double> keys)
    {
        var ((root, inverse), (keyRoot, keyInverse)) = (Roots(queries), Roots(keys));
        var svd = (root * keyRoot).Svd();
        var scale = svd.S.PointwiseSqrt();
        return new(inverse * svd.U * Diagonal(scale), keyInverse * svd.VT.Transpose() * Diagonal(scale));
    }

    private static Matrix<double> Diagonal(Vector<double> values) => Matrix<double>.Build.DenseOfDiagonalVector(values);

    /// <summary>The root of a positive matrix, and that of its inverse.</summary>
    private static (Matrix<double> Root, Matrix<double> Inverse) Roots(Matrix<double> moments)
    {
        var lift = Math.Max(double.Epsilon, Ridge * moments.Trace() / moments.RowCount);
        Evd<double> evd = moments.Evd(Symmetricity.Symmetric);
        var roots = evd.EigenValues.Map(value => Math.Sqrt(Math.Max(0, value.Real) + lift));
        return (evd.EigenVectors * Diagonal(roots) * evd.EigenVectors.Transpose(),
            evd.EigenVectors * Diagonal(roots.Map(root => 1 / root)) * evd.EigenVectors.Transpose());
    }
}
