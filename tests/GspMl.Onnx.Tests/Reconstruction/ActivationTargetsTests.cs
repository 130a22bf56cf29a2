using GspMl.Onnx.Products;
using GspMl.Onnx.Reconstruction;

namespace GspMl.Onnx.Tests.Reconstruction;

/// <summary>Filters behind a Relu, most of which is flat: what it hides need not be fitted.</summary>
public sealed class ActivationTargetsTests : IDisposable
{
    private readonly MatrixProduct products = new(1);

    public void Dispose() => products.Dispose();

    private const int Inputs = 10;
    private const int Filters = 6;
    private const int Count = 500;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void What_the_activation_lets_through_grows_smaller(int groups)
    {
        var (fit, batch) = Fit(groups, bias: -1.5);
        fit.Shrink(30, SearchEffort.Full(8), default);
        var before = Visible(fit, batch);
        var targets = new ActivationTargets([batch], Gains, Relu);
        var errors = Enumerable.Range(0, 5).Select(_ =>
        {
            targets.Relax(fit);
            fit.Refit(default);
            return Visible(fit, batch);
        }).ToList();
        Assert.True(errors[^1] < 0.98 * before, $"{before} {string.Join(' ', errors)}");
        Assert.Equal(errors.OrderDescending(), errors);
        Assert.True(errors[0] < before);
    }

    [Fact]
    public void Where_the_activation_hides_nothing_nothing_changes()
    {
        var (fit, batch) = Fit(1, bias: 50);
        fit.Shrink(30, SearchEffort.Full(8), default);
        var before = fit.Weights.ToArray();
        new ActivationTargets([batch], Gains, Relu).Relax(fit);
        fit.Refit(default);
        Assert.All(fit.Weights.ToArray().Zip(before), pair => Assert.Equal(pair.Second, pair.First, 1e-4));
    }

    [Fact]
    public void A_filter_that_the_activation_silences_needs_no_fit()
    {
        var (fit, batch) = Fit(1, bias: -100);
        fit.Shrink(30, SearchEffort.Full(8), default);
        new ActivationTargets([batch], Gains, Relu).Relax(fit);
        Assert.InRange(fit.RelativeError(), 0, 1e-6);
    }

    private static double[] Gains => [.. Enumerable.Repeat(0.5, Filters)];

    private static float[] Relu(float[] values) => [.. values.Select(value => Math.Max(0, value))];

    /// <summary>
    /// Filters with unlike sample weights, whose outputs are halved and then shifted by a bias on their way to the activation.
    /// </summary>
    private (LayerFit Fit, SampleBatch Batch) Fit(int groups, double bias)
    {
        var perGroup = Filters / groups;
        var before = new float[Filters * Count];
        var (solvers, samples) = (new List<RidgeSolver>(), new List<float[]>());
        for (var group = 0; group < groups; group++)
        {
            var weights = Samples.Gaussian(perGroup * Inputs, 3 + group);
            var inputs = Samples.Gaussian(Inputs * Count, 5 + group);
            var z = new float[(Inputs + perGroup + 1) * Count];
            for (var t = 0; t < Count; t++)
            {
                var root = Math.Sqrt(0.5 + (t % 3));
                for (var r = 0; r < perGroup; r++)
                {
                    var output = Enumerable.Range(0, Inputs).Sum(j => weights[(r * Inputs) + j] * inputs[(j * Count) + t]);
                    z[((Inputs + r) * Count) + t] = (float)(root * output);
                    before[(((group * perGroup) + r) * Count) + t] = (float)((0.5 * output) + bias);
                }
                for (var j = 0; j < Inputs; j++) z[(j * Count) + t] = (float)(root * inputs[(j * Count) + t]);
                z[((Inputs + perGroup) * Count) + t] = (float)root;
            }
            var gram = new GramAccumulator(Inputs + perGroup + 1);
            gram.Add(z, Count);
            samples.Add(z);
            solvers.Add(new(new LeastSquaresProblem(gram, Inputs, perGroup, centred: true), weights, 1e-6));
        }
        return (new(solvers, Gains, products), new(samples, before, Count));
    }

    /// <summary>Weighted squared error behind the Relu.</summary>
    private static double Visible(LayerFit fit, SampleBatch batch)
    {
        var (sum, intercepts) = (0.0, fit.Intercepts());
        for (var r = 0; r < Filters; r++)
        {
            var z = batch.Groups[r / fit.FiltersPerGroup];
            for (var t = 0; t < Count; t++)
            {
                var root = z[z.Length - Count + t];
                var output = intercepts[r];
                for (var j = 0; j < Inputs; j++) output += fit.Weights[(r * Inputs) + j] * z[(j * Count) + t] / root;
                var wanted = z[((Inputs + (r % fit.FiltersPerGroup)) * Count) + t] / root;
                var dense = batch.PreActivations[(r * Count) + t];
                sum += root * root * Math.Pow(Math.Max(0, dense + (0.5 * (output - wanted))) - Math.Max(0, dense), 2);
            }
        }
        return sum;
    }
}
