using GspMl.Onnx.Reconstruction;

namespace GspMl.Onnx.Tests.Reconstruction;

public class LayerFitTests
{
    private const int Inputs = 12;
    private const int Filters = 5;

    private static readonly double[] Alike = [.. Enumerable.Repeat(1.0, Filters * Inputs)];

    private static LayerFit Fit(double[]? gains = null)
    {
        var weights = Samples.Gaussian(Filters * Inputs, 3);
        var problem =
            new LeastSquaresProblem(Samples.Linear(weights, new double[Filters], Inputs, 300, 0.05, 4), Inputs, Filters, centred: true);
        return new([new RidgeSolver(problem, weights, 0.01)], gains ?? [.. Enumerable.Repeat(1.0, Filters)]);
    }

    [Fact]
    public void Stages_keep_the_number_asked_for_and_only_take_away()
    {
        var fit = Fit();
        var before = fit.Filters.ToArray();
        foreach (var keep in new long[] { 40, 22, 9, 1 })
        {
            fit.Shrink(keep, isLast: keep == 1);
            Assert.Equal(keep, fit.Kept);
            Assert.All(fit.Filters.Zip(before), pair
                => Assert.Subset(new HashSet<int>(pair.Second.Support), new HashSet<int>(pair.First.Support)));
            before = [.. fit.Filters];
        }
    }

    [Fact]
    public void The_error_grows_with_the_weights_taken_out()
    {
        var fit = Fit();
        var errors = new List<double>();
        foreach (var keep in new long[] { 50, 30, 15, 5, 0 })
        {
            fit.Shrink(keep, isLast: false);
            errors.Add(fit.RelativeError());
        }
        Assert.Equal(errors.Order(), errors);
        Assert.Equal(1, errors[^1], 1e-9);
    }

    [Fact]
    public void Refitted_saliencies_beat_magnitudes_with_the_same_refit()
    {
        var (staged, plain) = (Fit(), Fit());
        foreach (var keep in new long[] { 30, 20, 14 }) staged.Shrink(keep, isLast: keep == 14);
        plain.Restrict(plain.Best(Alike, 14));
        Assert.True(staged.RelativeError() < plain.RelativeError());
    }

    [Fact]
    public void A_filter_whose_output_counts_for_nothing_loses_its_weights_first()
    {
        var fit = Fit([1, 1, 0, 1, 1]);
        fit.Shrink(Inputs * (Filters - 1), isLast: true);
        Assert.Equal([Inputs, Inputs, 0, Inputs, Inputs], fit.Filters.Select(filter => filter.Support.Length));
    }

    [Fact]
    public void A_mask_keeps_the_original_values()
    {
        var fit = Fit();
        var dense = fit.Weights();
        fit.Mask(fit.Best(Alike, 20));
        var masked = fit.Weights();
        var threshold = dense.Select(Math.Abs).OrderDescending().ElementAt(19);
        for (var i = 0; i < dense.Length; i++) Assert.Equal(Math.Abs(dense[i]) >= threshold ? dense[i] : 0, masked[i]);
    }
}
