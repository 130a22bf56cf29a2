using FsCheck;
using FsCheck.Fluent;
using GspMl.Projection;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace GspMl.ML.Tests.Projection;

public class GspProjectionTests
{
    private readonly MLContext ml = new(seed: 1);

    [Theory]
    [InlineData(false, false, false)]
    [InlineData(false, true, false)]
    [InlineData(true, false, false)]
    [InlineData(true, true, false)]
    [InlineData(false, false, true)]
    [InlineData(true, true, true)]
    public void A_component_like_any_other(bool sparse, bool unitNorm, bool weighted)
    {
        var data = ml.Vectors(Sparsened(60, 15, seed: 3), sparse);
        var estimator = ml.Transforms.GspProjection(Options(0.7, unitNorm, weighted ? Ramp(15) : null));
        ComponentChecks.Check(estimator, data, ["Projected"], InvalidData.Features(ml));
    }

    [Theory]
    [InlineData("Features", null)]
    [InlineData("My projection", "Features")]
    [InlineData("Projected.output", "Features")]
    [InlineData("mlnet.Projected", "Features")]
    public void Saves_under_any_column_name(string output, string? input)
    {
        var data = ml.Vectors(GeneratedData.Matrix(40, 9, 5, GeneratedData.Gaussian));
        ComponentChecks.Check(ml.Transforms.GspProjection(output, input, sparsity: 0.6), data, [output]);
    }

    [Theory]
    [InlineData(0.5, false)]
    [InlineData(0.8, false)]
    [InlineData(0.8, true)]
    [InlineData(0.95, true)]
    public void Training_rows_reach_the_sparsity_on_average(double sparsity, bool unitNorm)
    {
        var rows = Sparsened(300, 20, seed: 8);
        var data = ml.Vectors(rows);
        var model = ml.Transforms.GspProjection(Options(sparsity, unitNorm)).Fit(data);
        var projected = model.Transform(data).Floats("Projected");
        Assert.Equal(sparsity, projected.Average(row => HoyerSparsity.Of<float>(row)), 1e-5);
        Assert.Equal(sparsity, model.Sparsity, 1e-6);
    }

    [Fact]
    public void The_weighted_sparsity_is_reached_and_heavy_slots_go_first()
    {
        var rows = GeneratedData.Matrix(300, 20, 8, GeneratedData.Gaussian);
        var data = ml.Vectors(rows);
        var projected = ml.Transforms.GspProjection(Options(0.7, false, Ramp(20))).Fit(data).Transform(data).Floats("Projected");
        Assert.Equal(0.7, projected.Average(row => HoyerSparsity.Of<float>(row, Ramp(20))), 1e-5);
        Assert.True(projected.Sum(row => row[..5].Count(v => v == 0)) < projected.Sum(row => row[15..].Count(v => v == 0)));
    }

    [Fact]
    public void Agrees_with_the_projection_of_all_rows_at_once_in_whatever_batches()
    {
        var rows = GeneratedData.Matrix(100, 16, 2, GeneratedData.Gaussian);
        var expected = rows.SelectMany(row => row).ToArray();
        GroupedSparseProjection.Project<float>(expected, VectorLayout.Rows(100, 16), 0.8);
        foreach (var batch in new[] { 1, 16 * 7, 1 << 20 })
        {
            var data = ml.Vectors(rows);
            var projected = ml.Transforms.GspProjection(Options(0.8, false) with { MaxValuesInMemory = batch }).Fit(data).Transform(data)
                .Floats("Projected");
            ComponentChecks.ValuesAreClose([.. expected.Chunk(16)], projected, 1e-4);
        }
    }

    [Fact]
    public void Rows_that_are_sparse_enough_stay_as_they_are()
    {
        var rows = GeneratedData.Matrix(20, 8, 4, r => r.Next(8) == 0 ? 1 : 0);
        var data = ml.Vectors(rows);
        var model = ml.Transforms.GspProjection(Options(0.1, false)).Fit(data);
        Assert.Equal(0, model.Multiplier);
        ComponentChecks.ValuesAreClose(rows, model.Transform(data).Floats("Projected"), 1e-6);
    }

    [Fact]
    public void A_sparsity_that_nothing_reaches_exactly_ends_on_the_sparser_side_with_a_warning()
    {
        var warnings = new List<string>();
        ml.Log += (_, e) =>
        {
            if (e.Kind == Microsoft.ML.Runtime.ChannelMessageKind.Warning) warnings.Add(e.RawMessage);
        };
        var rows = GeneratedData.Matrix(10, 8, 4, _ => 1);
        var model = ml.Transforms.GspProjection(Options(0.5, false)).Fit(ml.Vectors(rows));
        Assert.True(model.Sparsity >= 0.5);
        Assert.Contains(warnings, message => message.Contains("jumps", StringComparison.Ordinal));
    }

    [Fact]
    public void Signs_stay_and_no_value_grows_from_zero() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(30),
        Prop.ForAll(Gen.Choose(0, 10_000).ToArbitrary(), seed =>
        {
            var rows = GeneratedData.Matrix(12, 6, seed, GeneratedData.Gaussian);
            var data = ml.Vectors(rows);
            var projected = ml.Transforms.GspProjection(Options(0.6, seed % 2 == 0)).Fit(data).Transform(data).Floats("Projected");
            var values = rows.SelectMany(row => row).Zip(projected.SelectMany(row => row));
            return values.All(pair => pair.Second == 0 || Math.Sign(pair.First) == Math.Sign(pair.Second));
        }));

    [Fact]
    public void Progress_reaches_the_log_of_the_context()
    {
        var messages = new List<string>();
        ml.Log += (_, e) => messages.Add(e.Message);
        ml.Transforms.GspProjection(Options(0.6, false)).Fit(ml.Vectors(GeneratedData.Matrix(12, 6, 1, GeneratedData.Gaussian)));
        Assert.Contains(messages, message => message.Contains("average sparsity", StringComparison.Ordinal));
    }

    [Fact]
    public void A_cancelled_fit_ends()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        var options = Options(0.6, false) with { CancellationToken = source.Token };
        Assert.ThrowsAny<OperationCanceledException>(
            () => ml.Transforms.GspProjection(options).Fit(ml.Vectors(GeneratedData.Matrix(12, 6, 1, GeneratedData.Gaussian))));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_value_that_is_no_number_is_named(float value)
    {
        var rows = GeneratedData.Matrix(12, 6, 1, GeneratedData.Gaussian);
        var model = ml.Transforms.GspProjection(Options(0.6, false)).Fit(ml.Vectors(rows));
        rows[4][2] = value;
        var fit = Assert.Throws<InvalidOperationException>(() => ml.Transforms.GspProjection(Options(0.6, false)).Fit(ml.Vectors(rows)));
        Assert.Contains("row 4, slot 2 ('slot2')", fit.Message);
        var transform = Assert.Throws<InvalidOperationException>(() => model.Transform(ml.Vectors(rows)).Floats("Projected"));
        Assert.Contains("row 4, slot 2 ('slot2')", transform.Message);
    }

    [Fact]
    public void There_is_a_weight_for_each_slot()
    {
        var threeWeights = ml.Transforms.GspProjection("P", "Features", weights: [1, 1, 1]);
        Assert.Throws<InvalidOperationException>(() => threeWeights.Fit(ml.Vectors(GeneratedData.Matrix(4, 6, 1, GeneratedData.Gaussian))));
    }

    [Fact]
    public void No_rows_are_an_error()
    {
        var data = ml.Vectors(GeneratedData.Matrix(4, 6, 1, GeneratedData.Gaussian));
        var empty = ml.Data.FilterRowsByColumn(data, "Number", lowerBound: 100);
        Assert.Throws<InvalidOperationException>(() => ml.Transforms.GspProjection(Options(0.5, false)).Fit(empty));
    }

    private static GspProjectionEstimator.Options Options(double sparsity, bool unitNorm, float[]? weights = null) =>
        new()
        {
            OutputColumnName = "Projected",
            InputColumnName = "Features",
            Sparsity = sparsity,
            UnitNorm = unitNorm,
            FeatureWeights = weights,
        };

    private static float[] Ramp(int size) => [.. Enumerable.Range(0, size).Select(i => 0.5f + (2f * i / size))];

    /// <summary>Gaussian rows of very different scale, some values and one whole row zero.</summary>
    private static float[][] Sparsened(int rows, int columns, int seed)
    {
        var matrix = GeneratedData.Matrix(rows, columns, seed, r => r.Next(3) == 0 ? 0 : GeneratedData.Gaussian(r));
        for (var i = 0; i < rows; i++)
            for (var j = 0; j < columns; j++) matrix[i][j] *= MathF.Pow(10, (i % 5) - 2);
        matrix[1] = new float[columns];
        return matrix;
    }
}
