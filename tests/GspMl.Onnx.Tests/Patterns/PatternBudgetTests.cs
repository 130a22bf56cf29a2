using GspMl.Onnx.Patterns;

namespace GspMl.Onnx.Tests.Patterns;

public class PatternBudgetTests
{
    [Fact]
    public void Layers_get_what_their_shares_pay_for_and_the_rest_goes_to_the_one_that_lacks_most()
        => Assert.Equal([5, 3], PatternBudget.Apportion([10, 10], [10, 10], [48, 32], 80)!);

    [Fact]
    public void No_layer_loses_its_last_step_and_others_pay_for_it()
        => Assert.Equal([1, 4], PatternBudget.Apportion([20, 10], [5, 10], [5, 55], 60)!);

    [Fact]
    public void Less_than_a_step_for_each_layer_cannot_be_shared_out()
        => Assert.Null(PatternBudget.Apportion([10, 10], [10, 10], [5, 5], 15));

    [Fact]
    public void The_budget_is_never_exceeded_and_no_step_that_it_pays_for_is_left()
    {
        var random = new Random(5);
        for (var trial = 0; trial < 200; trial++)
        {
            long[] weights = [.. Enumerable.Range(0, 4).Select(_ => (long)random.Next(1, 50))];
            int[] steps = [.. weights.Select(_ => random.Next(1, 20))];
            double[] shares = [.. weights.Zip(steps, (weight, count) => random.NextDouble() * weight * count)];
            var budget = (long)shares.Sum();

            if (PatternBudget.Apportion(weights, steps, shares, budget) is not { } chosen)
            {
                Assert.True(weights.Sum() > budget);
                continue;
            }

            var spent = chosen.Zip(weights, (count, weight) => count * weight).Sum();
            Assert.True(spent <= budget);
            Assert.All(chosen.Zip(steps), pair => Assert.InRange(pair.First, 1, pair.Second));
        }
    }
}
