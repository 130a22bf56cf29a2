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
}
