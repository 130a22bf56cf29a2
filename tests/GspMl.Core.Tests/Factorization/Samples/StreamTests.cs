using GspMl.Core.Tests.LinearAlgebra;
using GspMl.Factorization;
using GspMl.LinearAlgebra;

namespace GspMl.Core.Tests.Factorization.Samples;

public class StreamTests
{
    private static readonly DenseMatrix<double> X = FactorizationTests<double>.LowRank(500, 40, 6);

    [Theory]
    [InlineData(null)]
    [InlineData(0.6)]
    public void Passes_over_batches_come_near_the_fit_in_memory(double? sparsity)
    {
        var options = new NmfOptions { Rank = 6, BasisSparsity = sparsity, MaxIterations = 40, Tolerance = 0 };
        var streamed = NonnegativeFactorization.Fit(new Rows<double>(X), options, batchRows: 64);
        var inMemory = NonnegativeFactorization.Fit(new DenseData<double>(X), options with { MaxIterations = 200 });
        Assert.Null(streamed.Coefficients);
        Assert.InRange(streamed.RelativeError, 0, inMemory.RelativeError + 0.02);
        if (sparsity is { } s) Assert.Equal(s, streamed.BasisSparsity, 1e-4);
    }

    [Fact]
    public void The_reported_error_is_that_of_the_encoded_rows()
    {
        var result = NonnegativeFactorization.Fit(new Rows<double>(X), new() { Rank = 4, MaxIterations = 5 }, batchRows: 128);
        var codes = new NonnegativeEncoder<double>(result.Basis).Encode(new DenseData<double>(X));
        Assert.Equal(Matrices.RelativeError(X, codes, result.Basis), result.RelativeError, 1e-4);
    }

    [Fact]
    public void Readers_that_give_few_rows_at_a_time_change_nothing()
    {
        var options = new NmfOptions { Rank = 4, MaxIterations = 3 };
        var whole = NonnegativeFactorization.Fit(new Rows<double>(X), options, batchRows: 100);
        var crumbs = NonnegativeFactorization.Fit(new Rows<double>(X, atMost: 7), options, batchRows: 100);
        Assert.Equal(whole.Basis.Values, crumbs.Basis.Values);
    }

    [Fact]
    public void A_bad_value_is_named_by_its_row_in_the_stream()
    {
        var x = X.Clone();
        x[321, 5] = double.NaN;
        var error = Assert.Throws<ArgumentException>(() => NonnegativeFactorization.Fit(
            new Rows<double>(x), new() { Rank = 3 }, batchRows: 50));
        Assert.Contains("row 321, feature 5", error.Message);
    }

    [Fact]
    public void An_empty_source_and_unsuitable_options_are_refused()
    {
        Assert.Throws<ArgumentException>(() => NonnegativeFactorization.Fit(
            new Rows<double>(new DenseMatrix<double>(0, 4)), new() { Rank = 2 }));
        Assert.Throws<ArgumentException>(() => NonnegativeFactorization.Fit(
            new Rows<double>(X), new() { Rank = 2, CoefficientSparsity = 0.5 }));
        Assert.Throws<ArgumentException>(() => NonnegativeFactorization.Fit(
            new Rows<double>(X), new() { Rank = 2, Initialization = NmfInitialization.Nndsvd }));
    }

    [Fact]
    public void Cancellation_ends_the_pass()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() => NonnegativeFactorization.Fit(
            new Rows<double>(X), new() { Rank = 2 }, cancel: source.Token));
    }
}
