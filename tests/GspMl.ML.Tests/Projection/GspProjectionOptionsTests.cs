using Microsoft.ML;
using Options = GspMl.ML.GspProjectionEstimator.Options;

namespace GspMl.ML.Tests.Projection;

public class GspProjectionOptionsTests
{
    private readonly MLContext ml = new(seed: 1);

    public static TheoryData<string, Options> OutOfRange() => new()
    {
        { nameof(Options.OutputColumnName), new() { OutputColumnName = " " } },
        { nameof(Options.InputColumnName), new() { InputColumnName = "" } },
        { nameof(Options.Sparsity), new() { Sparsity = 1.1 } },
        { nameof(Options.Sparsity), new() { Sparsity = double.NaN } },
        { nameof(Options.FeatureWeights), new() { FeatureWeights = [0, 0] } },
        { nameof(Options.FeatureWeights), new() { FeatureWeights = [1, -1] } },
        { nameof(Options.FeatureWeights), new() { FeatureWeights = [] } },
        { nameof(Options.Tolerance), new() { Tolerance = 0 } },
        { nameof(Options.Tolerance), new() { Tolerance = double.NaN } },
        { nameof(Options.MaxThreads), new() { MaxThreads = -1 } },
        { nameof(Options.MaxValuesInMemory), new() { MaxValuesInMemory = 0 } },
    };

    [Theory]
    [MemberData(nameof(OutOfRange))]
    public void An_option_outside_its_range_is_named(string option, Options options)
    {
        OptionRefusals.OutOfRange(option, () => ml.Transforms.GspProjection(options));
        OptionRefusals.OutOfRange(option, () => new GspProjectionEstimator(options));
    }

    [Fact]
    public void What_must_not_be_null_is_named()
    {
        OptionRefusals.Null("options", () => ml.Transforms.GspProjection(options: null!));
        OptionRefusals.Null("options", () => new GspProjectionEstimator(null!));
        OptionRefusals.Null("catalog", () => ((TransformsCatalog)null!).GspProjection(new Options()));
        OptionRefusals.Null(nameof(Options.OutputColumnName), () => ml.Transforms.GspProjection(outputColumnName: null!, "Features"));
    }

    [Fact]
    public void What_becomes_of_a_list_later_does_not_matter()
    {
        var data = ml.Vectors(GeneratedData.Matrix(40, 4, 3, GeneratedData.Gaussian));
        List<float> weights = [1, 2, 3, 4];
        var expected = ml.Transforms.GspProjection("P", "Features", weights: [1, 2, 3, 4]).Fit(data);
        var estimator = ml.Transforms.GspProjection("P", "Features", weights: weights);
        weights[0] = -1;
        weights.Add(7);
        var model = estimator.Fit(data);
        Assert.Equal(expected.Multiplier, model.Multiplier);
        Assert.Equal(expected.Transform(data).Floats("P"), model.Transform(data).Floats("P"));
    }

    [Fact]
    public void The_number_of_threads_changes_nothing()
    {
        var data = ml.Vectors(GeneratedData.Matrix(4000, 40, 3, GeneratedData.Gaussian));
        var options = new Options { OutputColumnName = "P", InputColumnName = "Features", Sparsity = 0.6 };
        var alone = ml.Transforms.GspProjection(options with { MaxThreads = 1 }).Fit(data);
        Assert.Equal(alone.Multiplier, ml.Transforms.GspProjection(options).Fit(data).Multiplier);
    }

    [Theory]
    [InlineData("Pass 1")]
    [InlineData("Pass 2")]
    public void A_fit_that_is_cancelled_between_its_passes_throws(string when)
    {
        using var source = new CancellationTokenSource();
        ml.Log += (_, e) =>
        {
            if (e.Message.Contains(when, StringComparison.Ordinal)) source.Cancel();
        };
        var options = new Options
        {
            OutputColumnName = "P",
            InputColumnName = "Features",
            Sparsity = 0.6,
            CancellationToken = source.Token,
        };
        var estimator = ml.Transforms.GspProjection(options);
        Assert.ThrowsAny<OperationCanceledException>(
            () => estimator.Fit(ml.Vectors(GeneratedData.Matrix(40, 6, 1, GeneratedData.Gaussian))));
    }

    /// <summary>Rows that are sparse enough are read for the first guess and once more: no pass follows that could see the token.</summary>
    [Fact]
    public void A_fit_that_is_cancelled_in_its_last_pass_throws()
    {
        using var source = new CancellationTokenSource();
        ml.Log += (_, e) =>
        {
            if (e.Message.Contains("Pass 1", StringComparison.Ordinal)) source.Cancel();
        };
        var options = new Options { OutputColumnName = "P", InputColumnName = "Features", Sparsity = 0, CancellationToken = source.Token };
        Assert.ThrowsAny<OperationCanceledException>(
            () => ml.Transforms.GspProjection(options).Fit(ml.Vectors(GeneratedData.Matrix(40, 6, 1, GeneratedData.Gaussian))));
    }
}
