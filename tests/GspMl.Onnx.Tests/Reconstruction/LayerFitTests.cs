using GspMl.Onnx.Products;
using GspMl.Onnx.Reconstruction;

namespace GspMl.Onnx.Tests.Reconstruction;

public sealed class LayerFitTests : IDisposable
{
    private const int Inputs = 12;
    private const int Filters = 5;

    private static readonly double[] Alike = [.. Enumerable.Repeat(1.0, Filters * Inputs)];

    private readonly MatrixProduct products = new(1);

    public void Dispose() => products.Dispose();

    private LayerFit Fit(double[]? gains = null)
    {
        var weights = Samples.Gaussian(Filters * Inputs, 3);
        var problem =
            new LeastSquaresProblem(Samples.Linear(weights, new double[Filters], Inputs, 300, 0.05, 4), Inputs, Filters, centred: true);
        return new([new RidgeSolver(problem, weights, 0.01)], gains ?? [.. Enumerable.Repeat(1.0, Filters)], products);
    }

    private static void Shrink(LayerFit fit, long keep) => fit.Shrink(keep, SearchEffort.Full(8), default);

    [Fact]
    public void The_number_asked_for_is_kept_and_the_others_are_zero()
    {
        var fit = Fit();
        foreach (var keep in new long[] { 60, 40, 22, 9, 1, 0 })
        {
            Shrink(fit, keep);
            Assert.Equal(keep, fit.Kept);
            Assert.Equal(keep, Enumerable.Range(0, Filters).Sum(r => fit.Support(r).Length));
            Assert.Equal(Filters * Inputs - keep, fit.Weights.ToArray().Count(weight => weight == 0));
        }
    }

    [Fact]
    public void The_error_grows_with_the_weights_taken_out()
    {
        var fit = Fit();
        var errors = new List<double>();
        foreach (var keep in new long[] { 50, 30, 15, 5, 0 })
        {
            Shrink(fit, keep);
            errors.Add(fit.RelativeError());
        }
        Assert.Equal(errors.Order(), errors);
        Assert.Equal(1, errors[^1], 1e-9);
    }

    [Theory]
    [InlineData(40)]
    [InlineData(24)]
    [InlineData(14)]
    [InlineData(6)]
    public void A_searched_support_beats_the_largest_magnitudes_with_the_same_refit(long keep)
    {
        var (searched, plain) = (Fit(), Fit());
        Shrink(searched, keep);
        plain.Restrict(plain.Best(Alike, keep), default);
        Assert.True(searched.RelativeError() < plain.RelativeError());
    }

    /// <summary>All 495 supports of four of twelve inputs are tried.</summary>
    [Fact]
    public void The_searched_support_of_one_filter_is_among_the_best_of_all()
    {
        var weights = Samples.Gaussian(Inputs, 3);
        var problem = new LeastSquaresProblem(Samples.Linear(weights, [0], Inputs, 300, 0.05, 4), Inputs, 1, centred: true);
        var solver = new RidgeSolver(problem, weights, 0.01);
        var fit = new LayerFit([solver], [1], products);
        Shrink(fit, 4);
        var errors = Subsets(Inputs, 4).Select(support => problem.Error(0, support, solver.Solve([0], support)[0])).Order().ToList();
        Assert.True(problem.Error(0, fit.Support(0), solver.Solve([0], fit.Support(0))[0]) <= errors[errors.Count / 50]);
    }

    private static IEnumerable<int[]> Subsets(int of, int size)
        => Enumerable.Range(0, 1 << of).Where(mask => System.Numerics.BitOperations.PopCount((uint)mask) == size)
            .Select(mask => Enumerable.Range(0, of).Where(j => (mask >> j & 1) != 0).ToArray());

    [Fact]
    public void Values_on_supports_of_their_own_are_those_of_a_factorisation_for_each_filter()
    {
        var fit = Fit();
        int[][] supports = [[0, 3, 4, 7], [1, 2, 11], [], [5], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]];
        fit.Restrict(supports, default);
        for (var r = 0; r < Filters; r++)
        {
            Assert.Equal(supports[r], fit.Support(r));
            if (supports[r].Length == 0) continue;
            var exact = fit.Groups[0].Solve([r], supports[r])[0];
            for (var a = 0; a < exact.Length; a++) Assert.Equal(exact[a], fit.Weights[(r * Inputs) + supports[r][a]], 1e-4);
        }
    }

    [Fact]
    public void A_filter_whose_output_counts_for_nothing_loses_its_weights_first()
    {
        var fit = Fit([1, 1, 0, 1, 1]);
        Shrink(fit, Inputs * (Filters - 1));
        Assert.Equal([Inputs, Inputs, 0, Inputs, Inputs], Enumerable.Range(0, Filters).Select(r => fit.Support(r).Length));
    }

    [Fact]
    public void A_mask_keeps_the_original_values()
    {
        var fit = Fit();
        var dense = fit.Weights.ToArray();
        fit.Mask(fit.Best(Alike, 20));
        var threshold = dense.Select(Math.Abs).OrderDescending().ElementAt(19);
        for (var i = 0; i < dense.Length; i++) Assert.Equal(Math.Abs(dense[i]) >= threshold ? dense[i] : 0, fit.Weights[i]);
    }

    [Theory]
    [InlineData(1e-25)]
    [InlineData(1e25)]
    public void Weights_of_any_size_are_fitted(double scale)
    {
        var weights = Samples.Gaussian(Filters * Inputs, 3).Select(weight => weight * scale).ToArray();
        var problem = new LeastSquaresProblem(
            Samples.Linear(Samples.Gaussian(Filters * Inputs, 3), new double[Filters], Inputs, 300, 0.05, 4), Inputs, Filters,
            centred: true);
        var large = problem.WithOutputs([.. Enumerable.Range(0, Filters).SelectMany(r => problem.Cross(r).ToArray()
            .Select((moment, j) => scale * (moment + (problem.OutputMeans[r] * problem.InputMeans[j]))))],
            [.. problem.Energy.ToArray().Zip(problem.OutputMeans.ToArray(), (e, mean) => scale * scale * (e + (mean * mean)))],
            [.. problem.OutputMeans.ToArray().Select(mean => scale * mean)]);
        var (fit, scaled) = (Fit(), new LayerFit([new RidgeSolver(large, weights, 0.01)], [.. Enumerable.Repeat(1.0, Filters)], products));
        Shrink(fit, 20);
        Shrink(scaled, 20);
        for (var i = 0; i < weights.Length; i++) Assert.Equal(fit.Weights[i], scaled.Weights[i] / scale, 1e-4);
    }
}
