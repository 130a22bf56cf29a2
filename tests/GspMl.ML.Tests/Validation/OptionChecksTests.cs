using GspMl.Factorization;
using GspMl.ML.Validation;

namespace GspMl.ML.Tests.Validation;

public class OptionChecksTests
{
    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(-1e-300)]
    public void What_is_no_number_of_the_range_is_refused(double value)
    {
        Assert.Throws<ArgumentOutOfRangeException>("option", () => OptionChecks.Fraction(value, "option"));
        Assert.Throws<ArgumentOutOfRangeException>("option", () => OptionChecks.Positive(value, "option"));
        Assert.Throws<ArgumentOutOfRangeException>("option", () => OptionChecks.NotNegative(value, "option"));
    }

    [Fact]
    public void The_ends_of_a_range_belong_to_it()
    {
        OptionChecks.Fraction(0, "option");
        OptionChecks.Fraction(1, "option");
        OptionChecks.NotNegative(0, "option");
        OptionChecks.NotNegative(TimeSpan.Zero, "option");
        OptionChecks.NotNegative(null, "option");
        OptionChecks.Weights([0, 1], "option");
        OptionChecks.Weights(null, "option");
        foreach (var algorithm in Enum.GetValues<NmfAlgorithm>()) OptionChecks.Defined(algorithm, "option");
        Assert.Throws<ArgumentOutOfRangeException>("option", () => OptionChecks.Positive(0, "option"));
    }
}
