using GspMl.Core.Tests.LinearAlgebra;
using GspMl.Factorization;
using MathNet.Numerics.LinearAlgebra.Double;

namespace GspMl.Core.Tests.Factorization.Initialization;

public class InitializationTests
{
    [Theory]
    [InlineData(40, 25)]
    [InlineData(25, 40)]
    [InlineData(6, 9)]
    public void The_truncated_decomposition_agrees_with_the_full_one(int rows, int columns)
    {
        var x = Matrices.Random<double>(rows, columns, 3);
        var rank = Math.Min(5, Math.Min(rows, columns));
        var svd = new TruncatedSvd<double>(new DenseData<double>(x), rank, new Random(1), 1);
        var full = DenseMatrix.Create(rows, columns, (i, j) => x[i, j]).Svd();
        for (var k = 0; k < rank; k++) Assert.Equal(full.S[k], svd.Values[k], 1e-3 * full.S[0]);
        Assert.Equal(1, Math.Abs(full.VT.Row(0).DotProduct(DenseVector.OfArray(svd.Right[0]))), 1e-9);
        var left = DenseMatrix.OfColumnArrays(svd.Left);
        var identity = left.TransposeThisAndMultiply(left) - DenseMatrix.CreateIdentity(rank);
        Assert.InRange(identity.FrobeniusNorm(), 0, 1e-9);
    }

    [Fact]
    public void Data_of_rank_one_is_found_at_once_by_Nndsvd()
    {
        var x = Matrices.Product(Matrices.Random<double>(12, 1, 1), Matrices.Random<double>(1, 8, 2));
        var data = new DenseData<double>(x.Cast<double>().ToArray(), 12, 8);
        var (basis, coefficients) = SingularStart.Create(data, new() { Rank = 1, Initialization = NmfInitialization.Nndsvd });
        Assert.InRange(data.ResidualSquaredNorm(coefficients, basis, 1) / data.SquaredNorm, 0, 1e-20);
    }

    [Fact]
    public void Nndsvd_has_zeros_and_NndsvdA_fills_them_with_the_mean()
    {
        var data = new DenseData<double>(Matrices.Random<double>(30, 20, 4));
        var (plain, _) = SingularStart.Create(data, new() { Rank = 5, Initialization = NmfInitialization.Nndsvd });
        var (filled, _) = SingularStart.Create(data, new() { Rank = 5, Initialization = NmfInitialization.NndsvdA });
        Assert.Contains(0, plain.ToDense().Values);
        Assert.All(plain.ToDense().Values.Zip(filled.ToDense().Values),
            pair => Assert.Equal(pair.First > 0 ? pair.First : data.Mean, pair.Second));
    }

    [Fact]
    public void Random_factors_are_scaled_so_that_no_multiple_is_nearer()
    {
        var data = new DenseData<double>(Matrices.Random<double>(30, 20, 4));
        var (basis, coefficients) = RandomStart.Create(data, new() { Rank = 5 });
        var error = data.ResidualSquaredNorm(coefficients, basis, 1);
        foreach (var scale in new[] { 0.99, 1.01 })
        {
            var other = GspMl.LinearAlgebra.Panel<double>.From(basis.ToDense());
            foreach (ref var value in other.Filled) value *= scale;
            Assert.True(data.ResidualSquaredNorm(coefficients, other, 1) > error);
        }
    }
}
