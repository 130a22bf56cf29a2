using GspMl.Factorization;
using GspMl.LinearAlgebra;
using GspMl.Projection;
using Microsoft.ML;
using static GspMl.ML.Tests.SparseNmf.FactorisedParts;

namespace GspMl.ML.Tests.SparseNmf;

public class SparseNmfEstimatorTests
{
    private readonly MLContext ml = new(seed: 1);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_component_like_any_other(bool sparse)
    {
        var data = ml.Vectors(Parts(80, 24, 4, seed: 2), sparse);
        ComponentChecks.Check(
            ml.Transforms.SparseNmf("Parts", "Features", rank: 4, sparsity: 0.6), data, ["Parts"], InvalidData.Features(ml));
    }

    [Theory]
    [InlineData("Features", null)]
    [InlineData("Parts.output", "Features")]
    public void Saves_under_any_column_name(string output, string? input)
    {
        var data = ml.Vectors(Parts(40, 12, 3, seed: 2));
        ComponentChecks.Check(ml.Transforms.SparseNmf(output, input, rank: 3, sparsity: 0.5), data, [output]);
    }

    [Theory]
    [InlineData(NmfAlgorithm.AHals, null)]
    [InlineData(NmfAlgorithm.NeNmf, null)]
    [InlineData(NmfAlgorithm.L1AHals, 0.7)]
    [InlineData(NmfAlgorithm.Psnmf, 0.7)]
    [InlineData(NmfAlgorithm.CPsnmf, 0.7)]
    public void Every_algorithm_fits_and_its_sparsity_is_that_of_the_basis(NmfAlgorithm algorithm, double? sparsity)
    {
        var data = ml.Vectors(Parts(80, 24, 4, seed: 2));
        var model = ml.Transforms.SparseNmf(Options(4, sparsity, algorithm)).Fit(data);
        var basis = model.Basis;
        var average = Enumerable.Range(0, 4).Average(k => HoyerSparsity.Of<float>([.. Enumerable.Range(0, 24).Select(j => basis[j, k])]));
        Assert.Equal(average, model.Sparsity, 1e-4);
        if (sparsity is { } wanted) Assert.True(model.Sparsity >= wanted - 1e-3, $"{model.Sparsity}");
        Assert.InRange(model.RelativeError, 0, 0.5);
        Assert.NotEmpty(model.Trace);
        Assert.Equal(model.Iterations, model.Trace.Count);
    }

    [Fact]
    public void Reconstructs_data_of_known_parts()
    {
        var rows = Parts(200, 24, 4, seed: 2);
        var model = ml.Transforms.SparseNmf(Options(4, null)).Fit(ml.Vectors(rows));
        var coefficients = model.Transform(ml.Vectors(rows)).Floats("Parts");
        var (residual, total) = (0.0, 0.0);
        for (var i = 0; i < rows.Length; i++)
        {
            for (var j = 0; j < 24; j++)
            {
                var sum = 0.0;
                for (var k = 0; k < 4; k++) sum += coefficients[i][k] * model.Basis[j, k];
                residual += Math.Pow(rows[i][j] - sum, 2);
                total += Math.Pow(rows[i][j], 2);
            }
        }
        Assert.True(
            Math.Sqrt(residual / total) <= model.RelativeError * 1.001, $"{Math.Sqrt(residual / total)} against {model.RelativeError}");
    }

    [Fact]
    public void Dense_and_sparse_rows_give_the_same_components()
    {
        var rows = Parts(80, 24, 4, seed: 2);
        var (dense, sparse) = (Fit(false), Fit(true));
        ComponentChecks.ValuesAreClose([dense.Basis.Values], [sparse.Basis.Values], 1e-3);

        SparseNmfTransformer Fit(bool sparseRows) =>
            new MLContext(3).Transforms.SparseNmf("Parts", "Features", rank: 4).Fit(ml.Vectors(rows, sparseRows));
    }

    [Fact]
    public void The_seed_of_the_context_decides()
    {
        var data = ml.Vectors(Parts(80, 24, 4, seed: 2));
        var first = new MLContext(seed: 5).Transforms.SparseNmf(Options(4, 0.6)).Fit(data).Basis.Values;
        var again = new MLContext(seed: 5).Transforms.SparseNmf(Options(4, 0.6)).Fit(data).Basis.Values;
        var other = new MLContext(seed: 6).Transforms.SparseNmf(Options(4, 0.6)).Fit(data).Basis.Values;
        Assert.Equal(first, again);
        Assert.NotEqual(first, other);
    }

    [Fact]
    public void An_option_s_seed_comes_before_the_context_s()
    {
        var data = ml.Vectors(Parts(80, 24, 4, seed: 2));
        Assert.Equal(Fit(contextSeed: 5), Fit(contextSeed: 6));

        float[] Fit(int contextSeed) =>
            new MLContext(contextSeed).Transforms.SparseNmf(Options(4, 0.6) with { Seed = 11 }).Fit(data).Basis.Values;
    }

    [Fact]
    public void Weights_turn_the_components_towards_slots_of_little_weight()
    {
        var data = ml.Vectors(GeneratedData.Matrix(200, 20, 3, r => (float)r.NextDouble()));
        var (with, without) = (CheapShare(Fit(weighted: true)), CheapShare(Fit(weighted: false)));
        Assert.True(with > 2 / 3.0 && with > without, $"{with} against {without}");

        DenseMatrix<float> Fit(bool weighted)
        {
            var options = Options(4, 0.8) with
            {
                FeatureWeights = weighted ? [.. Enumerable.Range(0, 20).Select(j => j < 10 ? 0.05f : 1f)] : null,
            };
            return ml.Transforms.SparseNmf(options).Fit(data).Basis;
        }

        static double CheapShare(DenseMatrix<float> basis) =>
            Enumerable.Range(0, 10).Sum(j => basis.Row(j).ToArray().Sum()) / basis.Values.Sum();
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.NegativeInfinity)]
    [InlineData(-0.5f)]
    public void A_value_that_cannot_be_factorised_is_named(float value)
    {
        var rows = Parts(12, 6, 2, seed: 1);
        var model = ml.Transforms.SparseNmf(Options(2, 0.5)).Fit(ml.Vectors(rows));
        rows[4][2] = value;
        foreach (var sparse in new[] { false, true })
        {
            var fit = Assert.Throws<InvalidOperationException>(
                () => ml.Transforms.SparseNmf(Options(2, 0.5)).Fit(ml.Vectors(rows, sparse)));
            Assert.Contains("row 4, slot 2 ('slot2')", fit.Message);
            var transform = Assert.Throws<InvalidOperationException>(() => model.Transform(ml.Vectors(rows, sparse)).Floats("Parts"));
            Assert.Contains("row 4, slot 2 ('slot2')", transform.Message);
        }
    }

    [Fact]
    public void There_is_a_weight_for_each_slot()
    {
        var options = Options(2, 0.5) with { FeatureWeights = [1, 2] };
        var error = Assert.Throws<InvalidOperationException>(
            () => ml.Transforms.SparseNmf(options).Fit(ml.Vectors(Parts(12, 6, 2, seed: 1))));
        Assert.Contains("'Features'", error.Message);
    }

    [Fact]
    public void A_rank_above_the_number_of_slots_is_refused_with_the_remedy()
    {
        var data = ml.Vectors(Parts(40, 6, 2, seed: 1));
        var error = Assert.Throws<InvalidOperationException>(() => ml.Transforms.SparseNmf(Options(9, 0.5)).Fit(data));
        Assert.Contains("'Features' has 6 slots", error.Message);
        Assert.Contains("set a rank of at most 6", error.Message);
        Assert.Equal(6, ml.Transforms.SparseNmf(Options(6, 0.5)).Fit(data).Rank);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Data_that_are_all_zero_have_coefficients_that_are_all_zero(bool sparse)
    {
        var data = ml.Vectors(GeneratedData.Matrix(20, 6, 1, _ => 0), sparse);
        var model = ml.Transforms.SparseNmf(Options(3, null)).Fit(data);
        Assert.Equal(0, model.RelativeError);
        Assert.All(model.Transform(data).Floats("Parts"), row => Assert.Equal(new float[3], row));
        ComponentChecks.SavedAndLoaded(model, data, ["Parts"], 1e-4);
    }

    [Fact]
    public void No_rows_are_an_error()
    {
        var empty = ml.Data.FilterRowsByColumn(ml.Vectors(Parts(12, 6, 2, seed: 1)), "Number", lowerBound: 100);
        Assert.Throws<InvalidOperationException>(() => ml.Transforms.SparseNmf(Options(2, 0.5)).Fit(empty));
    }
}
