using GspMl.Training.Sparsity;

namespace GspMl.Training.Tests.Sparsity;

public class AdaptiveMagnitudesTests
{
    [Fact]
    public void Each_magnitude_is_a_part_of_those_that_are_no_smaller()
    {
        float[] values = [3, 0, 4, 12];
        AdaptiveMagnitudes.Of(values);
        Assert.Equal([3 / 13f, 0, 4 / MathF.Sqrt(160), 1], values);
    }

    [Fact]
    public void They_keep_the_order_and_do_not_know_the_scale()
    {
        var random = new Random(5);
        var magnitudes = Enumerable.Range(0, 500).Select(_ => random.NextSingle()).ToArray();
        float[] adaptive = [.. magnitudes], scaled = [.. magnitudes.Select(value => 1024 * value)];
        AdaptiveMagnitudes.Of(adaptive);
        AdaptiveMagnitudes.Of(scaled);
        Assert.Equal(adaptive, scaled);
        Assert.Equal(Enumerable.Range(0, 500).OrderBy(i => magnitudes[i]), Enumerable.Range(0, 500).OrderBy(i => adaptive[i]));
    }

    [Fact]
    public void Nothing_but_zeros_stays_nothing()
    {
        var values = new float[4];
        AdaptiveMagnitudes.Of(values);
        Assert.Equal(new float[4], values);
    }

    [Fact]
    public void Values_whose_squares_leave_the_range_of_float_are_compared()
    {
        float[] values = [1e-10f, 1e30f, 1e30f];
        AdaptiveMagnitudes.Of(values);
        Assert.Equal(1, values.Max());
        Assert.Equal(MathF.Sqrt(0.5f), values[1..].Min(), 1e-6f);
        Assert.True(values[0] is > 0 and < 1e-37f);
    }
}
