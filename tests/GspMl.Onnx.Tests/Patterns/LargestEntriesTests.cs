using GspMl.Onnx.Patterns;
using GspMl.Onnx.Tests.Reconstruction;

namespace GspMl.Onnx.Tests.Patterns;

public class LargestEntriesTests
{
    [Theory]
    [InlineData(1, 0)]
    [InlineData(1, 1)]
    [InlineData(1000, 0)]
    [InlineData(1000, 1)]
    [InlineData(1000, 137)]
    [InlineData(1000, 999)]
    [InlineData(1000, 1000)]
    [InlineData(1000, 2000)]
    public void As_many_as_asked_for_are_marked_and_none_is_smaller_than_one_that_is_not(int count, int keep)
    {
        var scores = Samples.Gaussian(count, 3).Select(value => (float)(value * value * Math.Pow(10, 9 * value))).ToArray();
        var kept = new bool[count];
        LargestEntries.Mark(scores, keep, kept);
        Assert.Equal(Math.Min(keep, count), kept.Count(mark => mark));
        if (keep is 0 || keep >= count) return;
        Assert.True(scores.Where((_, i) => kept[i]).Min() >= scores.Where((_, i) => !kept[i]).Max());
    }

    [Fact]
    public void Of_equal_scores_the_first_are_marked()
    {
        float[] scores = [1, 2, 1, 0, 1, 3, 1];
        var kept = new bool[scores.Length];
        LargestEntries.Mark(scores, 4, kept);
        Assert.Equal([true, true, true, false, false, true, false], kept);
        LargestEntries.Mark(new float[5], 2, kept.AsSpan(0, 5));
        Assert.Equal([true, true, false, false, false], kept[..5]);
    }

    [Fact]
    public void Scores_without_bound_are_the_largest()
    {
        var kept = new bool[3];
        LargestEntries.Mark([float.MaxValue, float.PositiveInfinity, 1e-45f], 1, kept);
        Assert.Equal([false, true, false], kept);
    }
}
