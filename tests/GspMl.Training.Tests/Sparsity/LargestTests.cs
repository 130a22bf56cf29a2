using GspMl.Training.Sparsity;

namespace GspMl.Training.Tests.Sparsity;

public sealed class LargestTests
{
    [Fact]
    public void The_threshold_is_what_sorting_finds()
    {
        var random = new Random(1);
        for (var length = 1; length <= 130; length++)
        {
            // Ties, zeros, tiny and large numbers.
            float[] values = [.. Enumerable.Range(0, length).Select(_ => random.Next(4) == 0 ? random.Next(3)
                : (float)Math.Exp(20 * random.NextDouble() - 10))];
            var sorted = values.OrderDescending().ToArray();
            for (var count = 1; count <= length; count++) Assert.Equal(sorted[count - 1], Largest.Threshold(values, count));
        }
    }
}
