using System.Numerics.Tensors;
using GspMl.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra;

namespace GspMl.ML;

/// <summary>
/// The non-negative least squares of the encoding, prepared for the modulus iteration (Zheng, Hayami, Yin: <i>Modulus-type inner outer
/// iteration methods for nonnegative constrained least squares problems</i>, SIAM J. Matrix Anal. Appl. 37, 2016): with h = |w| + w, w ←
/// |w|·T + v·R, where T = (ωI − G)(ωI + G)⁻¹, R = (ωI + G)⁻¹, v = Bᵀx. With ω = √(λmin λmax) each step shrinks the error by (√κ − 1)/(√κ +
/// 1), κ being G's condition number.
/// </summary>
internal sealed class EncodingProblem
{
    /// <summary>A ridge sees to it that κ is at most this, so that the number of iterations stays bounded.</summary>
    private const double GreatestCondition = 1e5;
    private const double Precision = 1e-10;

    private readonly Matrix<double> gram;

    public EncodingProblem(DenseMatrix<float> basis)
    {
        gram = Gram(basis);
        var values = gram.Evd(Symmetricity.Symmetric).EigenValues.Select(value => value.Real).ToList();
        var (least, largest) = (Math.Max(0, values.Min()), values.Max());
        Ridge = Math.Max(0, (largest - (GreatestCondition * least)) / (GreatestCondition - 1));
        ConditionNumber = least > 0 ? largest / least : double.PositiveInfinity;
        var root = Math.Sqrt((largest + Ridge) / (least + Ridge));
        Contraction = (root - 1) / (root + 1);
        Omega = Math.Sqrt((largest + Ridge) * (least + Ridge));
        MostIterations = Contraction > 0 ? (int)Math.Ceiling(Math.Log(Precision) / Math.Log(Contraction)) : 1;
    }

    public double ConditionNumber { get; }

    public double Ridge { get; }

    public double Omega { get; }

    /// <summary>What each step leaves of the error.</summary>
    public double Contraction { get; }

    public int MostIterations { get; }

    /// <summary>R = (ωI + G)⁻¹ and T = (ωI − G)·R, row-major.</summary>
    public (double[] Resolvent, double[] Step) Matrices()
    {
        var identity = Matrix<double>.Build.DenseIdentity(gram.RowCount);
        var ridged = gram + (Ridge * identity);
        var resolvent = (ridged + (Omega * identity)).Cholesky().Solve(identity);
        // G and its resolvent commute, so either order of the product is the same symmetric matrix.
        return (resolvent.ToRowMajorArray(), (((Omega * identity) - ridged) * resolvent).ToRowMajorArray());
    }

    /// <summary>
    /// Bᵀ·B in double. A component that is zero has no coefficient whatever its diagonal entry is: 1 keeps the matrix regular.
    /// </summary>
    private static Matrix<double> Gram(DenseMatrix<float> basis)
    {
        var rank = basis.Columns;
        var (sums, row) = (new double[rank * rank], new double[rank]);
        for (var j = 0; j < basis.Rows; j++)
        {
            TensorPrimitives.ConvertTruncating<float, double>(basis.Row(j), row);
            for (var k = 0; k < rank; k++)
            {
                if (row[k] == 0) continue;
                var target = sums.AsSpan(k * rank, rank);
                TensorPrimitives.MultiplyAdd(row, row[k], target, target);
            }
        }
        for (var k = 0; k < rank; k++)
            if (sums[(k * rank) + k] == 0) sums[(k * rank) + k] = 1;
        return Matrix<double>.Build.Dense(rank, rank, sums);
    }
}
