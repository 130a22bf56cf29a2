using GspMl.Onnx.Products;
using GspMl.Onnx.Reconstruction;

namespace GspMl.Onnx.Tests.Reconstruction;

/// <summary>Samples that are kept as they are stand for the very matrix that is formed of them.</summary>
public sealed class SampledGramTests : IDisposable
{
    private const int Inputs = 40;
    private const int Filters = 3;

    private readonly MatrixProduct products = new(1);

    public void Dispose() => products.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Both_forms_are_one_problem(bool centred)
    {
        var (full, sampled) = Problems(centred);
        Assert.NotNull(sampled.FewSamples);
        AssertEqual(full.Gram, sampled.Gram);
        AssertEqual(full.Diagonal, sampled.Diagonal);
        AssertEqual(full.Energy, sampled.Energy);
        AssertEqual(full.OutputMeans, sampled.OutputMeans);
        AssertEqual(full.InputMeans, sampled.InputMeans);
        for (var r = 0; r < Filters; r++) AssertEqual(full.Cross(r), sampled.Cross(r));
        Assert.Equal(full.MeanSquare, sampled.MeanSquare, 1e-4);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Both_forms_multiply_and_divide_alike(bool centred)
    {
        var (full, sampled) = Problems(centred);
        var weights = Samples.Gaussian(Filters * Inputs, 8);
        var (one, other) = (Scaled(full, weights), Scaled(sampled, weights));
        var (a, b) = (new float[weights.Length], new float[weights.Length]);
        one.Multiply(one.Original, a);
        other.Multiply(other.Original, b);
        AssertEqual(a, b);
        one.Precondition(one.Right, a);
        other.Precondition(other.Right, b);
        AssertEqual(a, b);
    }

    [Fact]
    public void Both_forms_give_the_same_fit()
    {
        var (full, sampled) = Problems(centred: true);
        var weights = Samples.Gaussian(Filters * Inputs, 8);
        var fits = new[] { full, sampled }.Select(problem => new LayerFit([new RidgeSolver(problem, weights, 0.02)], [1, 1, 1], products))
            .ToList();
        foreach (var fit in fits) fit.Shrink(60, SearchEffort.Full(8), default);
        Assert.Equal(fits[0].RelativeError(), fits[1].RelativeError(), 1e-4);
        for (var i = 0; i < weights.Length; i++) Assert.Equal(fits[0].Weights[i], fits[1].Weights[i], 1e-3);
    }

    private ScaledProblem Scaled(LeastSquaresProblem problem, double[] weights)
        => new([new RidgeSolver(problem, weights, 0.02)], products, 1);

    private (LeastSquaresProblem Full, LeastSquaresProblem Sampled) Problems(bool centred)
    {
        var gram = new GramAccumulator(Inputs + Filters + 1);
        var few = new SampleCollection(products);
        foreach (var (count, seed) in new[] { (5, 1), (9, 2) })
        {
            var z = Samples.Gaussian((Inputs + Filters + 1) * count, seed).Select(value => (float)value + 0.5f).ToArray();
            for (var t = 0; t < count; t++)
            {
                var root = MathF.Sqrt(1 + (t % 3));
                for (var i = 0; i < Inputs + Filters; i++) z[(i * count) + t] *= root;
                z[((Inputs + Filters) * count) + t] = root;
            }
            gram.Add(z, count);
            few.Add(z, count);
        }
        return (gram.Problem(Inputs, Filters, centred), few.Problem(Inputs, Filters, centred));
    }

    private static void AssertEqual(ReadOnlySpan<double> expected, ReadOnlySpan<double> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], 1e-4);
    }

    private static void AssertEqual(float[] expected, float[] actual)
    {
        for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], 1e-4f);
    }
}
