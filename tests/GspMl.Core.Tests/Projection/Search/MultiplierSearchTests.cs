using GspMl.Projection;

namespace GspMl.Core.Tests.Projection.Search;

public class MultiplierSearchTests
{
    [Theory]
    [InlineData(1e-6)]
    [InlineData(1)]
    [InlineData(1e6)]
    public void A_smooth_function_is_solved_from_either_side(double start)
    {
        var search = new MultiplierSearch(start, 1e-12);
        Assert.Equal(ProjectionEnding.Met, search.Run(x => (x / (1 + x) - 0.8, 1 / ((1 + x) * (1 + x)))));
        Assert.Equal(4, search.Multiplier, 1e-9);
        Assert.InRange(Math.Abs(search.Gap), 0, 1e-12);
    }

    [Fact]
    public void A_concave_function_is_solved_from_the_left_in_a_few_steps()
    {
        var search = new MultiplierSearch(1e-3, 1e-10);
        search.Run(x => (Math.Tanh(x) - 0.5, 1 - Math.Tanh(x) * Math.Tanh(x)));
        Assert.Equal(Math.Atanh(0.5), search.Multiplier, 1e-9);
        Assert.InRange(search.Evaluations, 3, 8);
    }

    [Fact]
    public void At_a_jump_the_side_that_reaches_the_value_is_taken()
    {
        var search = new MultiplierSearch(1, 1e-6, resolution: 1e-9);
        Assert.Equal(ProjectionEnding.JumpedOver, search.Run(x => (x < 3 ? -0.3 : 0.4, 0.01)));
        Assert.InRange(search.Multiplier, 3, 3 + 1e-8);
        Assert.Equal(0.4, search.Gap);
    }

    [Fact]
    public void A_jump_is_pinned_down_to_neighbouring_numbers()
    {
        var search = new MultiplierSearch(1);
        search.Run(x => (x < 1e-3 ? -1 : 1, double.NaN));
        Assert.Equal(1e-3, search.Multiplier, 1e-18);
        Assert.True(search.High - search.Low <= 4e-16 * search.High);
    }

    [Fact]
    public void What_is_not_below_zero_at_zero_is_unchanged()
    {
        var search = new MultiplierSearch(1, 1e-6);
        search.Record(0, -1e-7, 1);
        Assert.Equal((ProjectionEnding.Unchanged, 0.0, 1), (search.Ending, search.Multiplier, search.Evaluations));
    }

    [Fact]
    public void A_function_that_stays_below_zero_is_out_of_reach()
    {
        Assert.Equal(ProjectionEnding.Unreachable, new MultiplierSearch(1e-300).Run(_ => (-1, 0)));
        Assert.Equal(ProjectionEnding.Unreachable, new MultiplierSearch(1e300).Run(x => (-1 / (1 + x), 1)));
    }

    [Fact]
    public void A_suggestion_is_tried_between_the_ends_only()
    {
        var search = new MultiplierSearch(1);
        search.Record(2, -1, 1);
        search.Record(8, 1, 1);
        search.Suggest(9);
        Assert.NotEqual(9, search.Next);
        search.Suggest(7);
        Assert.Equal(7, search.Next);
    }

    /// <summary>Jumps and flat or lying slopes anywhere among the doubles, from any start.</summary>
    [Fact]
    public void No_function_takes_more_evaluations_than_promised()
    {
        var random = new Random(5);
        var most = 0;
        for (var round = 0; round < 20_000; round++)
        {
            var (start, root) = (Math.ScaleB(0.5 + random.NextDouble(), random.Next(-1060, 1020)),
                Math.ScaleB(0.5 + random.NextDouble(), random.Next(-1060, 1020)));
            var (kind, power) = (round % 5, Math.Pow(10, random.Next(-4, 3)));
            var search = new MultiplierSearch(start);
            var ending = search.Run(x => kind switch
            {
                0 => (x < root ? -1 : 1, 0),
                1 => (x < root ? -1 : 1, 1 / root),
                2 => (x < root ? -1 + Math.Pow(x / root, power) * 0.9 : 0.5, power * 0.9 * Math.Pow(x / root, power) / x),
                3 => (x < root ? -random.NextDouble() - 1e-9 : random.NextDouble() + 1e-9, random.NextDouble() / x),
                _ => (Math.Atan(Math.Log(x) - Math.Log(root)), 1 / x),
            });
            Assert.True(ending is ProjectionEnding.JumpedOver or ProjectionEnding.Met);
            var digits = kind == 4 ? 1e-12 : 1e-15; // a difference of logarithms has fewer
            Assert.True(Math.Abs(search.Multiplier - root) <= digits * root + 4 * double.Epsilon,
                $"kind {kind}: {search.Multiplier} for {root} from {start}");
            most = Math.Max(most, search.Evaluations);
        }
        Assert.InRange(most, 60, MultiplierSearch.MostEvaluations);
    }

    [Fact]
    public void Numbers_out_of_range_are_refused()
    {
        foreach (var start in new[] { 0, -1, double.NaN, double.PositiveInfinity })
            Assert.Equal("start", Assert.Throws<ArgumentOutOfRangeException>(() => new MultiplierSearch(start)).ParamName);
        Assert.Equal("tolerance", Assert.Throws<ArgumentOutOfRangeException>(() => new MultiplierSearch(1, double.NaN)).ParamName);
        Assert.Equal("resolution", Assert.Throws<ArgumentOutOfRangeException>(() => new MultiplierSearch(1, 0, -1)).ParamName);
        Assert.Throws<ArgumentException>(() => new MultiplierSearch(1).Record(1, double.NaN, 0));
    }
}
