using GspMl.Core.Tests.LinearAlgebra;
using GspMl.Factorization;
using GspMl.LinearAlgebra;

namespace GspMl.Core.Tests.Factorization.Data;

public class StreamedDataTests
{
    private static readonly DenseMatrix<float> X = FactorizationTests<float>.LowRank(700, 30, 5);

    public static TheoryData<NmfAlgorithm, NmfInitialization> Cases => FactorizationTests<float>.Cases;

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_algorithm_and_start_gives_the_bits_of_data_in_memory(NmfAlgorithm algorithm, NmfInitialization start)
    {
        var options = new NmfOptions
        {
            Rank = 5,
            Algorithm = algorithm,
            BasisSparsity = algorithm is NmfAlgorithm.AHals or NmfAlgorithm.NeNmf ? null : 0.5,
            Initialization = start,
            MaxIterations = 12,
        };
        var streamed = NonnegativeFactorization.Fit(new StreamedData<float>(new Rows<float>(X), batchRows: 256), options);
        var inMemory = NonnegativeFactorization.Fit(new DenseData<float>(X), options);
        Assert.Equal(inMemory.Basis.Values, streamed.Basis.Values);
        Assert.Equal(inMemory.Coefficients!.Values, streamed.Coefficients!.Values);
        Assert.Equal(inMemory.RelativeError, streamed.RelativeError, 1e-9);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(33)]
    [InlineData(699)]
    [InlineData(5000)]
    public void Batches_of_any_size_give_the_same_but_for_rounding(int batchRows)
    {
        var options = new NmfOptions { Rank = 4, BasisSparsity = 0.6, CoefficientSparsity = 0.7, MaxIterations = 10 };
        var x = FactorizationTests<double>.LowRank(700, 30, 5);
        var streamed = NonnegativeFactorization.Fit(new StreamedData<double>(new Rows<double>(x), batchRows), options);
        var inMemory = NonnegativeFactorization.Fit(new DenseData<double>(x), options);
        Assert.Equal(inMemory.RelativeError, streamed.RelativeError, 1e-9);
        Assert.Equal(0.7, streamed.CoefficientSparsity, 1e-4);
    }

    [Fact]
    public void Norm_mean_and_size_are_those_of_the_rows()
    {
        var (streamed, dense) = (new StreamedData<float>(new Rows<float>(X, atMost: 13), batchRows: 100), new DenseData<float>(X));
        Assert.Equal((700, 30, 21000), (streamed.Samples, streamed.Features, streamed.StoredValues));
        Assert.Equal(dense.SquaredNorm, streamed.SquaredNorm, 1e-9 * dense.SquaredNorm);
        Assert.Equal(dense.Mean, streamed.Mean, 1e-12);
    }

    [Fact]
    public void Rows_are_encoded_as_in_memory()
    {
        var basis = Matrices.Random<float>(30, 5, 1);
        var encoder = new NonnegativeEncoder<float>(basis);
        Assert.Equal(encoder.Encode(new DenseData<float>(X)).Values,
            encoder.Encode(new StreamedData<float>(new Rows<float>(X), 128)).Values);
    }

    [Fact]
    public void A_bad_value_is_named_by_its_row_in_the_stream()
    {
        var x = X.Clone();
        x[321, 5] = -1;
        Assert.Contains("row 321, feature 5", Assert.Throws<ArgumentException>(() =>
            new StreamedData<float>(new Rows<float>(x), 50)).Message);
    }

    [Fact]
    public void Sources_without_rows_and_batches_without_rows_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new StreamedData<float>(new Rows<float>(new DenseMatrix<float>(0, 4))));
        Assert.Throws<ArgumentOutOfRangeException>(() => new StreamedData<float>(new Rows<float>(X), batchRows: 0));
    }

    [Theory]
    [InlineData(699)]
    [InlineData(701)]
    public void A_source_that_changes_its_length_is_an_error(int rows)
    {
        var source = new Rows<float>(X);
        var data = new StreamedData<float>(source, 100);
        source.Matrix = new(rows, 30);
        Assert.Throws<InvalidOperationException>(() => NonnegativeFactorization.Fit(data, new() { Rank = 2 }));
    }
}
