using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Factorization;

namespace GspMl.Onnx.Shrinking.Turning;

/// <summary>
/// Other coordinates for two vectors whose product is all that counts: the queries and keys of a head, or its values and what reads them.
/// x·y stays what it is when x becomes Aᵀ·x and y becomes Bᵀ·y with A·Bᵀ = 1. Of all such A and B these make the features count one after
/// the other: with the second moments C and D of x and y, and √C·√D = U·Σ·Vᵀ, they are A = C^(−½)·U·√Σ and B = D^(−½)·V·√Σ. Then
/// both have the second moments Σ, and the first r features give the best approximation of all products by r features (Eckart and Young
/// 1936).
/// </summary>
/// <param name="First">A.</param>
/// <param name="Second">B.</param>
internal sealed record SharedBasis(Matrix<double> First, Matrix<double> Second)
{
    // Of the mean variance: what is hardly ever seen gets no coordinates of huge numbers.
    private const double Ridge = 1e-4;

    /// <summary>The coordinates of features with these second moments. O(features³).</summary>
    public static SharedBasis Of(Matrix<double> first, Matrix<double> second)
    {
        var ((root, inverse), (otherRoot, otherInverse)) = (Roots(first), Roots(second));
        var svd = (root * otherRoot).Svd();
        var scale = svd.S.PointwiseSqrt();
        return new(inverse * svd.U * Diagonal(scale), otherInverse * svd.VT.Transpose() * Diagonal(scale));
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
