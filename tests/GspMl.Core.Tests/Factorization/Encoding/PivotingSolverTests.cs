using GspMl.Core.Tests.LinearAlgebra;
using GspMl.Factorization;

namespace GspMl.Core.Tests.Factorization.Encoding;

/// <summary>The fast solver gives what the one for every matrix gives, and leaves alone what it cannot solve well.</summary>
public class PivotingSolverTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(8)]
    [InlineData(20)]
    [InlineData(33)]
    [InlineData(90)]
    public void Both_solvers_agree(int rank)
    {
        var gram = Gram(features: 200, rank, seed: rank);
        var fast = Assert.IsType<Func<PivotingSolver>>(PivotingSolver.For(gram, rank))();
        var any = new NnlsSolver(gram, rank);
        var random = new Random(rank);
        for (var i = 0; i < 300; i++)
        {
            // From all coefficients at work, by way of some, to none.
            var v = Enumerable.Range(0, rank).Select(_ => (i % 10) - 5 + (10 * random.NextDouble()) - 5).ToArray();
            var (h, expected) = (new double[rank], new double[rank]);
            Assert.True(fast.TrySolve(v, h));
            any.Solve(v, expected);
            var scale = Math.Max(1e-300, expected.Max());
            Assert.All(h.Zip(expected), pair => Assert.InRange((pair.First - pair.Second) / scale, -1e-9, 1e-9));
            Assert.All(h, value => Assert.True(value >= 0));
        }
    }

    [Fact]
    public void A_column_of_zeros_has_no_coefficient_and_stands_in_nobody_s_way()
    {
        var gram = Gram(features: 50, rank: 5, seed: 1);
        for (var k = 0; k < 5; k++) gram[(2 * 5) + k] = gram[(k * 5) + 2] = 0;
        var h = new double[5];
        Assert.True(PivotingSolver.For(gram, 5)!().TrySolve([1, 2, 0, 1, 1], h));
        Assert.Equal(0, h[2]);
    }

    [Fact]
    public void A_matrix_that_is_nearly_singular_is_left_to_the_other()
    {
        Assert.Null(PivotingSolver.For([1, 1, 1, 1], 2));
        Assert.Null(PivotingSolver.For([1, 1 - 1e-9, 1 - 1e-9, 1], 2));
    }

    private static double[] Gram(int features, int rank, int seed)
    {
        var basis = Matrices.Random<double>(features, rank, seed, zeros: 0.5);
        var gram = new double[rank * rank];
        for (var j = 0; j < features; j++)
            for (var k = 0; k < rank; k++)
                for (var l = 0; l < rank; l++) gram[(k * rank) + l] += basis[j, k] * basis[j, l];
        return gram;
    }
}
