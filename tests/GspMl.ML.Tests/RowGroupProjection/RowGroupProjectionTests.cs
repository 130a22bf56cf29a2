using GspMl.Projection;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace GspMl.ML.Tests.RowGroupProjection;

public class RowGroupProjectionTests
{
    private readonly MLContext ml = new(seed: 1);

    [Theory]
    [InlineData(false, false, false)]
    [InlineData(true, false, false)]
    [InlineData(false, true, false)]
    [InlineData(false, false, true)]
    [InlineData(true, true, true)]
    public void A_component_like_any_other(bool sparse, bool unitNorm, bool weighted)
    {
        var data = ml.Vectors(Rows(40, 12, seed: 3), sparse);
        ComponentChecks.Check(
            ml.Transforms.RowGroupProjection(Options([5, 4, 3], unitNorm, weighted)), data, ["Projected"], InvalidData.Features(ml));
    }

    [Fact]
    public void A_segment_of_one_slot_passes_through()
    {
        var rows = Rows(20, 12, seed: 4);
        var data = ml.Vectors(rows);
        var estimator = ml.Transforms.RowGroupProjection("Projected", "Features", [6, 1, 5], sparsity: 0.6);
        ComponentChecks.Check(estimator, data, ["Projected"]);
        Assert.Equal(rows.Select(row => row[6]), estimator.Fit(data).Transform(data).Floats("Projected").Select(row => row[6]));
    }

    [Theory]
    [InlineData(0.4)]
    [InlineData(0.8)]
    [InlineData(1.0)]
    public void Every_row_reaches_the_sparsity_on_average_over_its_segments(double sparsity)
    {
        var data = ml.Vectors(Rows(50, 12, seed: 5));
        var projected = ml.Transforms.RowGroupProjection("Projected", "Features", [5, 4, 3], sparsity).Fit(data).Transform(data)
            .Floats("Projected");
        foreach (var row in projected)
        {
            float[][] segments = [row[..5], row[5..9], row[9..]];
            var average = segments.Average(segment => HoyerSparsity.Of<float>(segment));
            Assert.True(average >= sparsity - 1e-5, $"{average}");
        }
    }

    [Fact]
    public void Several_columns_are_one_group_and_may_replace_their_inputs()
    {
        var rows = Rows(30, 12, seed: 6);
        var data = TwoColumns(rows);
        var both = ml.Transforms.RowGroupProjection([new("A"), new("Other", "B")], sparsity: 0.7);
        ComponentChecks.Check(both, data, ["A", "Other"]);
        var transformed = both.Fit(data).Transform(data);
        var projected = transformed.Floats("A").Zip(transformed.Floats("Other")).Select(pair => pair.First.Concat(pair.Second).ToArray())
            .ToArray();
        var expected = ml.Transforms.RowGroupProjection("P", "Features", [7, 5], sparsity: 0.7).Fit(ml.Vectors(rows))
            .Transform(ml.Vectors(rows)).Floats("P");
        ComponentChecks.ValuesAreClose(expected, projected, 1e-6);
    }

    [Fact]
    public void A_prediction_engine_projects_row_after_row()
    {
        var data = TwoColumns(Rows(30, 12, seed: 6));
        var model = ml.Transforms.RowGroupProjection([new("A"), new("Other", "B")], sparsity: 0.7).Fit(data);
        var expected = model.Transform(data);
        var (first, second) = (expected.Floats("A"), expected.Floats("Other"));
        var engine = ml.Model.CreatePredictionEngine<Pair, Projected>(model);
        var rows = ml.Data.CreateEnumerable<Pair>(data, reuseRowObject: false).ToList();
        for (var i = 0; i < rows.Count; i++)
        {
            var projected = engine.Predict(rows[i]);
            Assert.Equal(first[i], projected.A);
            Assert.Equal(second[i], projected.Other);
        }
    }

    [Theory]
    [InlineData(0.3, false, false)]
    [InlineData(0.5, false, false)]
    [InlineData(0.5, true, false)]
    [InlineData(0.7, false, true)]
    [InlineData(0.9, true, true)]
    public void Where_largest_values_tie_the_saved_model_makes_the_same_choice(double sparsity, bool unitNorm, bool weighted)
    {
        var rows = GeneratedData.Matrix(60, 12, 1, r => r.Next(-2, 3) / 2f);
        rows[5] = [.. Enumerable.Repeat(1f, 12)];
        var data = ml.Vectors(rows);
        var options = Options([5, 4, 3], unitNorm, weighted);
        if (weighted) options = options with { FeatureWeights = [.. options.FeatureWeights!.Select(w => w > 0.8f ? 1f : 0.5f)] };
        ComponentChecks.Check(ml.Transforms.RowGroupProjection(options with { Sparsity = sparsity }), data, ["Projected"]);
    }

    [Fact]
    public void Segments_and_weights_that_do_not_fit_the_columns_are_refused()
    {
        var data = ml.Vectors(Rows(5, 12, seed: 1));
        Assert.Throws<InvalidOperationException>(() => ml.Transforms.RowGroupProjection("P", "Features", [3, 3]).Fit(data));
        Assert.Throws<InvalidOperationException>(
            () => ml.Transforms.RowGroupProjection("P", "Features", [int.MaxValue, int.MaxValue, 14]).Fit(data));
        Assert.Throws<InvalidOperationException>(
            () => ml.Transforms.RowGroupProjection("P", "Features", [6, 6], weights: [1, 1]).Fit(data));
        float[] zeroSegment = [.. new float[6], .. Enumerable.Repeat(1f, 6)];
        Assert.Throws<InvalidOperationException>(
            () => ml.Transforms.RowGroupProjection("P", "Features", [6, 6], weights: zeroSegment).Fit(data));
    }

    private static RowGroupProjectionEstimator.Options Options(int[] segments, bool unitNorm, bool weighted) => new()
    {
        Columns = [new("Projected", "Features")],
        Segments = segments,
        Sparsity = 0.7,
        UnitNorm = unitNorm,
        FeatureWeights = weighted ? [.. Enumerable.Range(0, segments.Sum()).Select(i => 0.3f + (0.1f * (i * 7 % 11)))] : null,
    };

    private static float[][] Rows(int rows, int columns, int seed)
    {
        var matrix = GeneratedData.Matrix(rows, columns, seed, r => r.Next(4) == 0 ? 0 : GeneratedData.Gaussian(r));
        matrix[2] = new float[columns];
        return matrix;
    }

    private IDataView TwoColumns(float[][] rows) =>
        ml.Data.LoadFromEnumerable(rows.Select(row => new Pair { A = row[..7], B = row[7..] }).ToList());

    private sealed class Projected
    {
        [VectorType(7)] public float[] A { get; set; } = [];

        [VectorType(5)] public float[] Other { get; set; } = [];
    }

    private sealed class Pair
    {
        [VectorType(7)] public float[] A { get; set; } = [];

        [VectorType(5)] public float[] B { get; set; } = [];
    }
}
