using GspMl.Factorization;
using Microsoft.ML;
using static GspMl.ML.Tests.SparseNmf.FactorisedParts;

namespace GspMl.ML.Tests.SparseNmf;

public class StreamedFitTests
{
    private readonly MLContext ml = new(seed: 1);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Data_beyond_the_bound_are_streamed_to_about_the_same_error(bool sparse)
    {
        var data = ml.Vectors(Parts(300, 24, 4, seed: 2), sparse);
        var inMemory = ml.Transforms.SparseNmf(Options(4, 0.6)).Fit(data);
        var options = Options(4, 0.6) with { MaxValuesInMemory = 1000 };
        var messages = new List<string>();
        ml.Log += (_, e) => messages.Add(e.Message);
        var streamed = ml.Transforms.SparseNmf(options).Fit(data);
        Assert.Contains(messages, message => message.Contains("read again", StringComparison.Ordinal));
        Assert.InRange(streamed.RelativeError, 0, (1.25 * inMemory.RelativeError) + 0.01);
        ComponentChecks.SavedAndLoaded(streamed, data, ["Parts"], 1e-4);
    }

    [Theory]
    [InlineData(0.5, NmfInitialization.Random)]
    [InlineData(null, NmfInitialization.Nndsvd)]
    public void What_needs_every_row_s_coefficients_keeps_them_beyond_the_bound_or_says_that_they_are_too_many(
        double? sparsity, NmfInitialization start)
    {
        var data = ml.Vectors(Parts(300, 24, 4, seed: 2));
        var options = Options(4, 0.6) with { Seed = 3, CoefficientSparsity = sparsity, Initialization = start };
        var inMemory = ml.Transforms.SparseNmf(options).Fit(data);
        Assert.Equal(
            inMemory.RelativeError, ml.Transforms.SparseNmf(options with { MaxValuesInMemory = 1200 }).Fit(data).RelativeError, 1e-6);
        var error = Assert.Throws<InvalidOperationException>(
            () => ml.Transforms.SparseNmf(options with { MaxValuesInMemory = 1199 }).Fit(data));
        Assert.Contains("1200 values", error.Message);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Rows_are_collected_in_parts_that_hold_what_the_rows_hold(bool sparse)
    {
        var rows = GeneratedData.Matrix(300, 20_000, 5, r => r.Next(2) == 0 ? 0 : r.Next(1, 3));
        var data = RowCollector.Collect(new(ml.Vectors(rows, sparse), "Features", nonNegative: true), long.MaxValue, default);
        Assert.IsType<StackedData<float>>(data);
        Assert.Equal((300, 20_000), (data.Samples, data.Features));
        Assert.Equal(rows.Sum(row => row.Sum(x => (double)x * x)), data.SquaredNorm, 1e-6);
        Assert.Equal(sparse ? rows.Sum(row => row.Count(x => x != 0)) : 300L * 20_000, data.StoredValues);
    }
}
