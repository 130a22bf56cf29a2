using GspMl.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra;
using Dense = MathNet.Numerics.LinearAlgebra.Double.DenseMatrix;

namespace GspMl.Core.Tests.LinearAlgebra;

public class RankMatrixTests
{
    [Theory]
    [InlineData(1, 0)]
    [InlineData(5, 0)]
    [InlineData(40, 0)]
    [InlineData(12, 0.9)]
    public void The_bound_is_just_above_the_largest_eigenvalue(int rank, double zeros)
    {
        var factor = Matrices.Random<double>(50, rank, seed: rank, zeros);
        var gram = new double[rank * rank];
        GramMatrix.Of(Panel<double>.From(factor), gram, 1);
        var largest = new Dense(rank, rank, gram).Evd(Symmetricity.Symmetric).EigenValues[^1].Real;
        var bound = RankMatrix.LargestEigenvalueBound(gram, rank);
        Assert.InRange(bound, largest * (1 - 1e-12), largest * 1.05);
    }

    [Fact]
    public void Zero_rows_do_not_spoil_the_bound() =>
        Assert.InRange(RankMatrix.LargestEigenvalueBound([0, 0, 0, 0, 2, 1, 0, 1, 2], 3), 3 - 1e-12, 3.1);

    [Fact]
    public void A_zero_matrix_has_the_bound_zero() => Assert.Equal(0, RankMatrix.LargestEigenvalueBound(new double[9], 3));
}
