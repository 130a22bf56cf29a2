using GspMl.Projection;

namespace GspMl.Core.Tests.Projection;

public class GspProjectorTests
{
    private static double[] Gaussian(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(
            2 * Math.PI * random.NextDouble()))];
    }

    private static (double[] X, ProjectionResult Result) Project(
        double[] source, VectorLayout layout, SparsityTarget target, double[]? weights = null, ProjectionOptions? options = null)
    {
        var x = new double[source.Length];
        return (x, new GspProjector<double>(options).Project(source, x, layout, target, weights));
    }

    [Theory]
    [InlineData(0.3)]
    [InlineData(0.8)]
    [InlineData(0.99)]
    public void The_average_sparsity_of_the_result_is_the_target(double s)
    {
        var layout = VectorLayout.Rows(20, 30);
        var (x, result) = Project(Gaussian(600, 1), layout, SparsityTarget.Hoyer(s));
        Assert.Equal(ProjectionEnding.Met, result.Ending);
        Assert.Equal(s, result.Sparsity, 1e-10);
        Assert.Equal(s, Enumerable.Range(0, 20).Average(i => HoyerSparsity.Of<double>(x.AsSpan(i * 30, 30))), 1e-10);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.5)]
    [InlineData(1)]
    public void A_group_of_single_entries_has_no_sparsity_and_passes_through(double s)
    {
        var source = Gaussian(9, 5);
        foreach (var target in new[] { SparsityTarget.Hoyer(s), SparsityTarget.Zeros(s) })
        {
            var (x, result) = Project(source, VectorLayout.Rows(9, 1), target);
            Assert.Equal(source, x);
            Assert.Equal((0L, 9L), (result.Vectors, result.UndefinedVectors));
        }
    }

    [Theory]
    [InlineData(0.3)]
    [InlineData(0.9)]
    [InlineData(1)]
    public void The_largest_numbers_are_projected_to_finite_ones_of_the_sparsity_asked_for(double s)
    {
        foreach (var weights in new double[]?[] { null, [.. Enumerable.Range(0, 30).Select(j => 1 + (j % 3))] })
            foreach (var source in new[] { Gaussian(600, 3), [.. Gaussian(600, 3).Select(x => x > 0 ? 1.0 : -1)] })
            {
                var largest = source.Max(Math.Abs);
                double[] scaled = [.. source.Select(x => x / largest * double.MaxValue)];
                var (x, result) = Project(scaled, VectorLayout.Rows(20, 30), SparsityTarget.Hoyer(s), weights);
                Assert.All(x, value => Assert.True(double.IsFinite(value)));
                Assert.InRange(result.Sparsity, s - 1e-9, 1);
                Assert.InRange(Enumerable.Range(0, 20).Average(i => HoyerSparsity.Of<double>(x.AsSpan(i * 30, 30), weights)), s - 1e-5,
                    1 + 1e-9);
            }
        float[] floats = [.. Gaussian(600, 4).Select(x => x > 0 ? float.MaxValue : float.MinValue)];
        new GspProjector<float>().Project(floats, floats, VectorLayout.Rows(20, 30), SparsityTarget.Hoyer(s));
        Assert.All(floats, value => Assert.True(float.IsFinite(value)));
        Assert.InRange(Enumerable.Range(0, 20).Average(i => HoyerSparsity.Of<float>(floats.AsSpan(i * 30, 30))), s - 1e-5, 1 + 1e-6);
    }

    [Fact]
    public void Columns_are_projected_as_the_rows_of_the_transpose()
    {
        var (rows, columns) = (Gaussian(600, 2), new double[600]);
        for (var i = 0; i < 20; i++)
            for (var j = 0; j < 30; j++) columns[j * 20 + i] = rows[i * 30 + j];
        var (fromRows, _) = Project(rows, VectorLayout.Rows(20, 30), SparsityTarget.Hoyer(0.7));
        var (fromColumns, _) = Project(columns, VectorLayout.Columns(20, 30), SparsityTarget.Hoyer(0.7));
        for (var i = 0; i < 20; i++)
            for (var j = 0; j < 30; j++) Assert.Equal(fromRows[i * 30 + j], fromColumns[j * 20 + i], 1e-12);
    }

    [Fact]
    public void Ties_are_filled_so_that_the_target_is_met()
    {
        var (x, result) = Project([3, 3, 3, 1, -2, 2, 2, 0.5], VectorLayout.Rows(2, 4), SparsityTarget.Hoyer(0.8));
        Assert.Equal(ProjectionEnding.MetAtTie, result.Ending);
        Assert.Equal(0.8, result.Sparsity, 1e-12);
        Assert.Equal(0.8, (HoyerSparsity.Of<double>(x.AsSpan(0, 4)) + HoyerSparsity.Of<double>(x.AsSpan(4, 4))) / 2, 1e-12);
        Assert.True(x[4] < 0);
    }

    [Fact]
    public void Full_sparsity_keeps_the_largest_entry_of_each_vector()
    {
        var (x, result) = Project([1, -3, 2, 4, 4, 4], VectorLayout.Rows(2, 3), SparsityTarget.Hoyer(1));
        Assert.Equal([0, -3, 0, 4, 0, 0], x);
        Assert.Equal(1, result.Sparsity, 1e-15);
    }

    [Fact]
    public void What_is_sparse_enough_stays_bit_by_bit()
    {
        double[] source = [0, 0, -5, 1e-9, 0, 7];
        var (x, result) = Project(source, VectorLayout.Rows(2, 3), SparsityTarget.Hoyer(0.5));
        Assert.Equal(source, x);
        Assert.Equal((ProjectionEnding.Unchanged, 0), (result.Ending, result.Multiplier));
    }

    [Fact]
    public void Zero_vectors_count_as_sparse_and_vectors_of_one_entry_do_not_count()
    {
        var group = new VectorGroup<double>();
        double[] zero = new double[3], one = [4], some = Gaussian(10, 3);
        group.Add(zero, VectorLayout.Rows(1, 3));
        group.Add(one, VectorLayout.Rows(1, 1));
        group.Add(some, VectorLayout.Rows(1, 10));
        var projector = new GspProjector<double>();
        var result = projector.Project(group, SparsityTarget.Hoyer(0.9));
        Assert.Equal((2, 1, 1), (result.Vectors, result.ZeroVectors, result.UndefinedVectors));
        Assert.Equal(4, one[0]);
        Assert.Equal(1, projector.VectorSparsities[0]);
        Assert.True(double.IsNaN(projector.VectorSparsities[1]));
        Assert.Equal(0.8, HoyerSparsity.Of<double>(some), 1e-10);
    }

    [Fact]
    public void An_empty_group_is_left_unchanged()
    {
        var result = new GspProjector<float>().Project(new VectorGroup<float>(), SparsityTarget.Hoyer(0.9));
        Assert.Equal(new() { Sparsity = 1, Iterations = 1, Ending = ProjectionEnding.Unchanged }, result);
    }

    [Theory]
    [InlineData(double.NaN, "Entry 2 of vector 1 is NaN")]
    [InlineData(double.PositiveInfinity, "Entry 2 of vector 1 is ")]
    public void An_entry_that_is_not_finite_is_named(double value, string message)
    {
        double[] source = [1, 2, 3, 4, 5, value];
        var error = Assert.Throws<ArgumentException>(() => Project(source, VectorLayout.Rows(2, 3), SparsityTarget.Hoyer(0.9)));
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 0, "All weights of vector 0 are 0")]
    [InlineData(1, -1, "Weight 1 of vector 0 is -1")]
    public void Weights_are_checked(double first, double second, string message)
    {
        var error = Assert.Throws<ArgumentException>(() => Project(
            [1, 2], VectorLayout.Rows(1, 2), SparsityTarget.Hoyer(0.9), [first, second]));
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.8)]
    [InlineData(0.31)]
    public void A_fraction_of_zeros_is_met_to_the_entry(double fraction)
    {
        var (x, result) = Project(Gaussian(1000, 4), VectorLayout.Rows(20, 50), SparsityTarget.Zeros(fraction));
        Assert.Equal(Math.Ceiling(fraction * 1000 - 1e-9), x.Count(v => v == 0));
        Assert.Equal(x.Count(v => v == 0) / 1000.0, result.Zeros);
    }

    [Fact]
    public void A_fraction_of_zeros_is_met_to_the_entry_where_many_magnitudes_tie()
    {
        var source = Gaussian(1000, 5).Select(v => Math.Round(v * 4) / 4).ToArray();
        var (x, result) = Project(source, VectorLayout.Rows(20, 50), SparsityTarget.Zeros(0.5));
        Assert.Equal(500, x.Count(v => v == 0));
        Assert.Equal(ProjectionEnding.MetAtTie, result.Ending);
    }

    [Fact]
    public void The_support_is_where_the_projection_is_not_zero()
    {
        var (source, layout) = (Gaussian(400, 6), VectorLayout.Rows(10, 40));
        var (x, _) = Project(source, layout, SparsityTarget.Hoyer(0.8));
        var mask = new bool[400];
        new GspProjector<double>().SelectSupport(source, mask, layout, SparsityTarget.Hoyer(0.8));
        Assert.Equal(x.Select(v => v != 0), mask);
    }

    [Fact]
    public void Original_values_stay_within_the_support()
    {
        var (source, layout) = (Gaussian(400, 7), VectorLayout.Rows(10, 40));
        var (projected, _) = Project(source, layout, SparsityTarget.Hoyer(0.8));
        var (kept, _) = Project(source, layout, SparsityTarget.Hoyer(0.8), options: new() { Values = ProjectionValues.Original });
        Assert.Equal(source.Zip(projected, (c, x) => x == 0 ? 0 : c), kept);
    }

    [Fact]
    public void A_multiplier_applied_again_gives_the_projection()
    {
        var (source, layout) = (Gaussian(400, 8), VectorLayout.Columns(10, 40));
        var projector = new GspProjector<double>();
        var (first, second) = (new double[400], new double[400]);
        var result = projector.Project(source, first, layout, SparsityTarget.Hoyer(0.8));
        projector.Apply(source, second, layout, result.Multiplier);
        for (var i = 0; i < 400; i++) Assert.Equal(first[i], second[i], 1e-13);
        Assert.Equal(0.8, projector.MeasureSparsity(source, layout, result.Multiplier).Sparsity, 1e-10);
    }

    [Fact]
    public void No_sparsity_is_less_than_none()
    {
        var projector = new GspProjector<double>();
        for (var n = 2; n < 200; n++)
        {
            var source = Enumerable.Repeat(0.1 * n, n).ToArray();
            var layout = VectorLayout.Rows(1, n);
            Assert.Equal(0, projector.MeasureSparsity(source, layout, 0).Sparsity, 1e-12);
            Assert.InRange(projector.MeasureSparsity(source, layout, 0).Sparsity, 0, 1);
            Assert.InRange(projector.Apply(source, new double[n], layout, 0).Sparsity, 0, 1);
            Assert.InRange(projector.VectorSparsities[0], 0, 1);
        }
    }

    [Fact]
    public void Unit_norm_treats_vectors_of_any_scale_alike()
    {
        var source = Gaussian(400, 9);
        var layout = VectorLayout.Rows(10, 40);
        var scaled = source.Select((v, at) => v * Math.Pow(10, at / 40 - 5)).ToArray();
        var options = new ProjectionOptions { UnitNorm = true };
        var (x, _) = Project(source, layout, SparsityTarget.Hoyer(0.8), options: options);
        var (y, _) = Project(scaled, layout, SparsityTarget.Hoyer(0.8), options: options);
        for (var i = 0; i < 400; i++) Assert.Equal(x[i], y[i] / Math.Pow(10, i / 40 - 5), 1e-9);
    }

    /// <summary>
    /// Over the multiplier 1/(2β) the largest of |c| − μβw is the zero entry of least weight: u is one-hot there, and α = |c|ᵀu = 0.
    /// </summary>
    [Theory]
    [InlineData(ProjectionValues.Projected)]
    [InlineData(ProjectionValues.Original)]
    public void A_weighted_vector_whose_last_entry_was_zero_vanishes(ProjectionValues values)
    {
        var (x, result) = Project([1, 0], VectorLayout.Rows(1, 2), SparsityTarget.Hoyer(0.5), [3, 1], new() { Values = values });
        Assert.Equal([0, 0], x);
        Assert.Equal((ProjectionEnding.JumpedOver, 1, 1), (result.Ending, result.Sparsity, result.Zeros));
    }

    [Fact]
    public void Where_zeros_are_wanted_a_weighted_vector_keeps_one_entry()
    {
        var (x, result) = Project([1, 0, 0.5, 2], VectorLayout.Rows(2, 2), SparsityTarget.Zeros(0.5), [3, 1]);
        Assert.Equal(2, x.Count(v => v == 0));
        Assert.Equal((1, 0.5), (x[0], result.Zeros));
        (x, result) = Project([1, 0, 0.5, 2], VectorLayout.Rows(2, 2), SparsityTarget.Zeros(1), [3, 1]);
        Assert.Equal((ProjectionEnding.Unreachable, 2), (result.Ending, x.Count(v => v != 0)));
    }

    [Fact]
    public void Zeros_count_what_underflows()
    {
        // Multiples of float's smallest number: what is left over a threshold is often less than half of it.
        foreach (var layout in new[] { VectorLayout.Rows(20, 50), VectorLayout.Columns(20, 50) })
        {
            foreach (var s in new[] { 0.3, 0.7, 0.95 })
            {
                float[] source = [.. Gaussian(1000, 10).Select(v => MathF.Round((float)(v * 3)) * float.Epsilon)], x = new float[1000];
                var result = new GspProjector<float>().Project(source, x, layout, SparsityTarget.Hoyer(s));
                Assert.Equal(x.Count(v => v == 0) / 1000.0, result.Zeros);
            }
        }
    }
}
