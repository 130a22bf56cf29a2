using Microsoft.ML;
using Options = GspMl.ML.RowGroupProjectionEstimator.Options;

namespace GspMl.ML.Tests.RowGroupProjection;

public class RowGroupProjectionOptionsTests
{
    private readonly MLContext ml = new(seed: 1);

    public static TheoryData<string, Options> OutOfRange() => new()
    {
        { nameof(Options.Columns), new() },
        { nameof(Options.Columns), new() { Columns = [new("A"), new("A", "B")] } },
        { nameof(Options.Columns), new() { Columns = [new("A", "B"), new("C", "B")] } },
        { nameof(Options.Columns), new() { Columns = [new(" ", "B")] } },
        { nameof(Options.Segments), new() { Columns = [new("A")], Segments = [3, 0] } },
        { nameof(Options.Sparsity), new() { Columns = [new("A")], Sparsity = -0.1 } },
        { nameof(Options.Sparsity), new() { Columns = [new("A")], Sparsity = double.NaN } },
        { nameof(Options.FeatureWeights), new() { Columns = [new("A")], FeatureWeights = [1, -1] } },
    };

    [Theory]
    [MemberData(nameof(OutOfRange))]
    public void An_option_outside_its_range_is_named(string option, Options options)
    {
        OptionRefusals.OutOfRange(option, () => ml.Transforms.RowGroupProjection(options));
        OptionRefusals.OutOfRange(option, () => new RowGroupProjectionEstimator(options));
    }

    [Fact]
    public void What_must_not_be_null_is_named()
    {
        OptionRefusals.Null("options", () => ml.Transforms.RowGroupProjection(options: null!));
        OptionRefusals.Null("catalog", () => ((TransformsCatalog)null!).RowGroupProjection(new Options { Columns = [new("A")] }));
        OptionRefusals.Null(nameof(Options.Columns), () => ml.Transforms.RowGroupProjection(columns: null!));
        OptionRefusals.Null(nameof(Options.Columns), () => ml.Transforms.RowGroupProjection([new("A"), null!]));
        OptionRefusals.Null("segments", () => ml.Transforms.RowGroupProjection("P", "Features", segments: null!));
        OptionRefusals.Null("outputColumnName", () => ml.Transforms.RowGroupProjection(null!, "Features", [1, 2]));
    }

    [Fact]
    public void What_becomes_of_a_list_later_does_not_matter()
    {
        var data = ml.Vectors(GeneratedData.Matrix(40, 4, 3, GeneratedData.Gaussian));
        List<InputOutputColumnPair> columns = [new("P", "Features")];
        List<int> segments = [2, 2];
        List<float> weights = [1, 2, 3, 4];
        var expected = ml.Transforms.RowGroupProjection("P", "Features", [2, 2], weights: [1, 2, 3, 4]).Fit(data).Transform(data)
            .Floats("P");
        var estimator = ml.Transforms.RowGroupProjection(new Options { Columns = columns, Segments = segments, FeatureWeights = weights });
        columns[0] = null!;
        segments.Add(-3);
        weights[0] = -1;
        Assert.Equal(expected, estimator.Fit(data).Transform(data).Floats("P"));
    }
}
