using GspMl.Projection;

namespace GspMl.Core.Tests.Projection.Measures;

public class PowerOfTwoTests
{
    [Theory]
    [InlineData(1.0, 1.0)]
    [InlineData(1.99, 1.0)]
    [InlineData(2.0, 0.5)]
    [InlineData(0.3, 4.0)]
    [InlineData(0.0, double.PositiveInfinity)]
    public void The_largest_magnitude_is_brought_near_1(double largest, double scale) => Assert.Equal(scale, PowerOfTwo.ToScale(largest));

    [Fact]
    public void A_scale_is_a_number_for_the_least_and_the_largest()
    {
        Assert.Equal(Math.ScaleB(1, 1000), PowerOfTwo.ToScale(double.Epsilon));
        Assert.Equal(Math.ScaleB(1, -1000), PowerOfTwo.ToScale(double.MaxValue));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1e-130)]
    [InlineData(1)]
    [InlineData(1e130)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NaN)]
    public void Numbers_whose_squares_are_within_range_stay(double largest) => Assert.Equal(1, PowerOfTwo.ToRange(largest));

    [Theory]
    [InlineData(0.99e-130)]
    [InlineData(1.01e130)]
    public void Others_are_brought_there(double largest) => Assert.InRange(PowerOfTwo.ToRange(largest) * largest, 1, 2);
}
