using GspMl.Onnx.Reconstruction;

namespace GspMl.Onnx.Tests.Reconstruction;

public class LeastSquaresProblemTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_sample_of_weight_two_counts_as_two(bool centred)
    {
        // Samples (x₁, x₂, y, 1); the second one twice, and once with all entries times √2.
        var root = MathF.Sqrt(2);
        var twice = Problem([1, 3, 3, -2, 0.5f, -1, -1, 4, 2, 5, 5, 1, 1, 1, 1, 1], 4, centred);
        var weighed = Problem([1, 3 * root, -2, 0.5f, -root, 4, 2, 5 * root, 1, 1, root, 1], 3, centred);
        Assert.All(weighed.Gram.ToArray().Zip(twice.Gram.ToArray()), pair => Assert.Equal(pair.Second, pair.First, 1e-5));
        Assert.All(weighed.Cross(0).ToArray().Zip(twice.Cross(0).ToArray()), pair => Assert.Equal(pair.Second, pair.First, 1e-5));
        Assert.Equal(twice.Energy[0], weighed.Energy[0], 1e-5);
        Assert.Equal(twice.Intercept(0, [0.3, 2]), weighed.Intercept(0, [0.3, 2]), 1e-5);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Other_outputs_give_the_problem_that_they_would_have_given_at_once(bool centred)
    {
        var expected = Problem([1, 3, -2, 0.5f, -1, 4, 7, -5, 2, 1, 1, 1], 3, centred);
        var changed = Problem([1, 3, -2, 0.5f, -1, 4, 2, 5, 1, 1, 1, 1], 3, centred)
            .WithOutputs([(7 - 15 - 4) / 3.0, (3.5 + 5 + 8) / 3], [(49 + 25 + 4) / 3.0], [4 / 3.0]);
        Assert.All(changed.Cross(0).ToArray().Zip(expected.Cross(0).ToArray()), pair => Assert.Equal(pair.Second, pair.First, 1e-9));
        Assert.Equal(expected.Energy[0], changed.Energy[0], 1e-9);
        Assert.Equal(expected.Intercept(0, [0, 2]), changed.Intercept(0, [0, 2]), 1e-9);
    }

    private static LeastSquaresProblem Problem(float[] samples, int count, bool centred)
    {
        var gram = new GramAccumulator(4);
        gram.Add(samples, count);
        return new(gram, 2, 1, centred);
    }
}
