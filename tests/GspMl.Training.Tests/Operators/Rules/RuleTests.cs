using GspMl.Training.Operators.Rules;

namespace GspMl.Training.Tests.Operators.Rules;

public sealed class RuleTests
{
    public static TheoryData<int, string> Cases => new(RuleCases.All.Select((each, i) => (i, each.ToString())));

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_rule_gives_the_slope_that_differences_show(int index, string what)
    {
        var (difference, tolerance) = RuleCases.All[index].Check();
        Assert.True(difference <= tolerance, $"{what}: {difference:g3}, more than {tolerance:g1}");
    }

    [Fact]
    public void Normalisation_by_the_statistics_of_a_batch_is_tried_in_double_precision()
    {
        var cases = RuleCases.All.Where(each => each.Attributes.Any(attribute => attribute.Name == "training_mode")).ToList();
        Assert.NotEmpty(cases);
        Assert.All(cases, each => Assert.Equal(RuleCase.DoubleTolerance, each.Check().Tolerance));
    }

    [Fact]
    public void The_page_on_the_rules_shows_the_cases_as_they_are() => Assert.Equal(RulePage.Table(), RulePage.Shown());

    [Fact]
    public void Every_rule_is_tried()
    {
        var tried = RuleCases.All.Select(each => each.Op).ToHashSet();
        var untried = RuleTable.All.Where(rule => rule is not StepRule).SelectMany(rule => rule.Operators).Where(op => !tried.Contains(op));
        // Casts between number types have nothing to compare with; those to integers have no gradient.
        Assert.Equal(["Cast"], untried);
    }
}
