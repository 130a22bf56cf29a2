using GspMl.Core.Tests.LinearAlgebra;
using GspMl.Factorization;

namespace GspMl.Core.Tests.Factorization.Data;

public class DataTests
{
    public static TheoryData<double> BadValues => [double.NaN, double.PositiveInfinity, double.NegativeInfinity, -1, -double.Epsilon];

    [Theory]
    [MemberData(nameof(BadValues))]
    public void A_bad_value_is_named_by_row_and_feature(double value)
    {
        for (var feature = 0; feature < 21; feature++) // in vectors and in what is left of a row
        {
            var x = Matrices.Random<double>(6, 21, 1);
            x[3, feature] = value;
            var dense = Assert.Throws<ArgumentException>(() => new DenseData<double>(x));
            Assert.Contains($"row 3, feature {feature} is", dense.Message);
            var (starts, features, values) = Matrices.Compress(x);
            var sparse = Assert.Throws<ArgumentException>(() => new SparseData<double>(6, 21, starts, features, values));
            Assert.Contains($"row 3, feature {feature} is", sparse.Message);
        }
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(-1e-45f)]
    public void A_bad_single_is_named_too(float value)
    {
        for (var feature = 0; feature < 37; feature++)
        {
            var x = Matrices.Random<float>(2, 37, 1);
            x[1, feature] = value;
            Assert.Contains($"row 1, feature {feature} is", Assert.Throws<ArgumentException>(() => new DenseData<float>(x)).Message);
        }
    }

    [Fact]
    public void Dense_and_sparse_data_know_the_same_norm_and_mean()
    {
        var x = Matrices.Random<float>(20, 11, 2, zeros: 0.7);
        var (starts, features, values) = Matrices.Compress(x);
        var dense = new DenseData<float>(x);
        var sparse = new SparseData<float>(20, 11, starts, features, values);
        Assert.Equal(dense.SquaredNorm, sparse.SquaredNorm, 12);
        Assert.Equal(dense.Mean, sparse.Mean, 12);
        Assert.Equal(220, dense.StoredValues);
        Assert.Equal(values.Length, sparse.StoredValues);
    }

    [Theory]
    [InlineData(new[] { 0, 2 }, new[] { 0, 1 }, 2, "starts")]
    [InlineData(new[] { 0, 2, 1 }, new[] { 0, 1 }, 2, "Row 1 ends")]
    [InlineData(new[] { 0, 1, 3 }, new[] { 0, 1 }, 2, "ends at 3")]
    [InlineData(new[] { 0, 2, 2 }, new[] { 1, 1 }, 2, "Row 0 holds feature 1 after feature 1")]
    [InlineData(new[] { 0, 1, 2 }, new[] { 0, 5 }, 2, "Row 1 holds feature 5")]
    public void Compressed_rows_that_do_not_fit_together_are_refused(int[] starts, int[] features, int count, string message)
    {
        var error = Assert.Throws<ArgumentException>(() => new SparseData<double>(2, 3, starts, features, new double[count]));
        Assert.Contains(message, error.Message);
    }

    [Fact]
    public void The_number_of_dense_values_must_fit_the_shape() =>
        Assert.Throws<ArgumentException>(() => new DenseData<double>(new double[5], 2, 3));
}
