using GspMl.Projection;

namespace GspMl.Core.Tests.Projection.Measures;

public class HoyerSparsityTests
{
    [Theory]
    [InlineData(-1.0)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_weight_that_is_none_is_refused_by_its_place(double weight) =>
        Assert.Contains("Weight 1 is", Assert.Throws<ArgumentException>(() => HoyerSparsity.Of<double>([1, 2, 3], [1, weight, 1])).Message);

    [Fact]
    public void Other_numbers_of_weights_are_refused()
        => Assert.StartsWith("3 entries have 2 weights.", Refused([1, 2, 3], [1, 1]), StringComparison.Ordinal);

    [Fact]
    public void Weights_of_nothing_are_refused()
        => Assert.StartsWith("All weights are 0.", Refused([1, 2, 3], [0, 0, 0]), StringComparison.Ordinal);

    [Fact]
    public void A_weight_may_be_nothing()
        => Assert.Equal(1, HoyerSparsity.Of<double>([0, 5, 0], [1, 0, 2]));

    /// <summary>Their squares would leave the range of numbers.</summary>
    [Theory]
    [InlineData(1e-300)]
    [InlineData(1e-160)]
    [InlineData(1e160)]
    [InlineData(1e300)]
    public void Neither_the_scale_of_entries_nor_that_of_weights_is_seen(double scale)
    {
        var expected = HoyerSparsity.Of<double>([3, -1, 2], [1, 2, 4]);
        Assert.InRange(expected, 0.1, 0.9);
        Assert.Equal(expected, HoyerSparsity.Of<double>([3, -1, 2], [scale, 2 * scale, 4 * scale]), 1e-12);
        Assert.Equal(expected, HoyerSparsity.Of<double>([3 * scale, -scale, 2 * scale], [1, 2, 4]), 1e-12);
    }

    private static string Refused(double[] vector, double[] weights)
    {
        var error = Assert.Throws<ArgumentException>(() => HoyerSparsity.Of<double>(vector, weights));
        Assert.Equal("weights", error.ParamName);
        return error.Message;
    }
}
