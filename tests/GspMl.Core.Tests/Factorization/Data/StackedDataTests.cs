using GspMl.Core.Tests.LinearAlgebra;
using GspMl.Factorization;
using GspMl.LinearAlgebra;

namespace GspMl.Core.Tests.Factorization.Data;

public class StackedDataTests
{
    private static readonly DenseMatrix<float> X = Matrices.Random<float>(600, 40, 3, zeros: 0.6);

    [Fact]
    public void Dense_parts_of_whole_blocks_have_the_bits_of_one_matrix() =>
        SameFit(new DenseData<float>(X), Dense(0, 256), Dense(256, 384), Dense(384, 600));

    [Fact]
    public void Sparse_parts_have_the_bits_of_one_matrix() => SameFit(Sparse(0, 600), Sparse(0, 1), Sparse(1, 333), Sparse(333, 600));

    [Fact]
    public void Dense_and_sparse_parts_may_be_mixed()
    {
        var (whole, stacked) = (new DenseData<float>(X), new StackedData<float>([Dense(0, 100), Sparse(100, 600)]));
        Assert.Equal(whole.Mean, stacked.Mean, 1e-9);
        Assert.Equal(whole.SquaredNorm, stacked.SquaredNorm, 1e-6);
        Panel<float> right = Panel<float>.From(Matrices.Random<float>(600, 4, 1)), product = new(40, 4);
        stacked.TransposeMultiply(right, product, 2);
        Matrices.AssertEqual(Matrices.Product(X.Transpose(), right.ToDense()), product.ToDense(), 1e-5);
    }

    [Fact]
    public void No_parts_and_parts_of_other_features_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new StackedData<float>([]));
        var error = Assert.Throws<ArgumentException>(() => new StackedData<float>([Dense(0, 5), new DenseData<float>(new float[6], 2, 3)]));
        Assert.Contains("Part 1 has 3 features", error.Message);
    }

    private static void SameFit(DataMatrix<float> whole, params DataMatrix<float>[] parts)
    {
        var options = new NmfOptions { Rank = 5, BasisSparsity = 0.5, MaxIterations = 10 };
        var (one, stacked) = (NonnegativeFactorization.Fit(whole, options),
            NonnegativeFactorization.Fit(new StackedData<float>(parts), options));
        Assert.Equal(one.Basis.Values, stacked.Basis.Values);
        Assert.Equal(one.RelativeError, stacked.RelativeError, 1e-6);
    }

    private static DenseData<float> Dense(int start, int end) => new(X.Values.AsMemory(40 * start, 40 * (end - start)), end - start, 40);

    private static SparseData<float> Sparse(int start, int end)
    {
        var (starts, features, values) = Matrices.Compress(new DenseMatrix<float>(end - start, 40, X.Values[(40 * start)..(40 * end)]));
        return new(end - start, 40, starts, features, values);
    }
}
