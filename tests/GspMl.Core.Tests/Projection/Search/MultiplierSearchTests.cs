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
            AssertRefused("start", $"A search begins at a finite number more than 0; this is {start}.", () => new MultiplierSearch(start));
        foreach (var tolerance in new[] { -1, double.NaN })
            AssertRefused("tolerance", $"A tolerance is at least 0; it is {tolerance}.", () => new MultiplierSearch(1, tolerance));
        AssertRefused("resolution", "A resolution is at least 0; it is -1.", () => new MultiplierSearch(1, 0, -1));
        AssertRefused("gap", "The function has no value at multiplier 3.", () => After(new(1), (3, double.NaN, 0)));
        Assert.Equal("evaluate", Assert.Throws<ArgumentNullException>(() => new MultiplierSearch(1).Run(null!)).ParamName);
    }

    [Fact]
    public void The_ends_are_as_near_as_the_resolution_says_or_neighbours()
    {
        Assert.Equal(ProjectionEnding.JumpedOver, After(new(1, 0, 0.5), (1, -1, 0), (2, 1, 0)).Ending);
        Assert.Null(After(new(1, 0, 0.49), (1, -1, 0), (2, 1, 0)).Ending);
        // The middle of these rounds to the upper of the two.
        var low = Math.BitIncrement(1.0);
        Assert.Equal(ProjectionEnding.JumpedOver, After(new(1, 0, 0), (low, -1, 0), (Math.BitIncrement(low), 1, 0)).Ending);
    }

    [Fact]
    public void A_gap_is_within_tolerance_where_it_is_as_large()
    {
        Assert.Equal(ProjectionEnding.Met, After(new(1, 1e-6), (1, 1e-6, 1)).Ending);
        Assert.Equal(ProjectionEnding.Unchanged, After(new(1, 1e-6), (0, -1e-6, 1)).Ending);
        var exact = After(new(1), (2, 0, 0));
        Assert.Equal((ProjectionEnding.Met, 0.0, 2.0), (exact.Ending, exact.Low, exact.High));
    }

    [Fact]
    public void The_upper_end_has_the_value_seen_there_last()
    {
        var search = After(new(1, 0, 0.5), (2, 1, 0), (2, 3, 0), (1, -1, 0));
        Assert.Equal((ProjectionEnding.JumpedOver, 2.0, 3.0), (search.Ending, search.Multiplier, search.Gap));
    }

    [Fact]
    public void A_step_of_Newtons_is_taken_as_long_as_it_halves_the_gap()
    {
        Assert.Equal(3, After(new(1), (1, -1, 0.5)).Next);
        Assert.Equal(3, After(new(1), (1, -1, 1), (2, -0.5, 0.5)).Next);
        Assert.Equal(4, After(new(1), (1, -1, 1), (2, -0.6, 0.6)).Next);
    }

    [Fact]
    public void After_64_steps_of_Newtons_it_bisects_and_begun_anew_it_has_them_all_again()
    {
        var search = new MultiplierSearch(1);
        for (var round = 0; round < 2; round++)
        {
            for (var step = 0; step < 64; step++)
            {
                search.Record(1 + step, -Math.ScaleB(1, -step), Math.ScaleB(1, -step));
                Assert.False(search.IsBisecting);
            }
            search.Record(65, -Math.ScaleB(1, -64), Math.ScaleB(1, -64));
            Assert.True(search.IsBisecting);
            search.Restart(1, 0);
            Assert.False(search.IsBisecting);
            Assert.Equal((0, null, 1.0), (search.Evaluations, search.Ending, search.Next));
        }
    }

    [Fact]
    public void After_64_suggestions_none_is_taken()
    {
        var search = After(new(1), (2, -1, 0), (8, 1, 0));
        foreach (var end in new[] { search.Low, search.High })
        {
            search.Suggest(end);
            Assert.NotEqual(end, search.Next);
        }
        for (var i = 0; i < 64; i++) search.Suggest(3 + (i * 0.01));
        Assert.Equal(3.63, search.Next, 1e-12);
        search.Suggest(7);
        Assert.Equal(3.63, search.Next, 1e-12);
    }

    /// <summary>Where neither value tells the way, by how far the ends are from each other and from the start.</summary>
    [Theory]
    [InlineData(100, 1, 1)]
    [InlineData(1, 1, 0.0625)]
    [InlineData(65535, -1, 131070)]
    [InlineData(65536, -1, 4294967296)]
    public void The_next_multiplier_of_a_bisection(double at, double gap, double next)
        => Assert.Equal(next, After(new(1), (at, gap, 0)).Next);

    [Fact]
    public void Ends_of_different_orders_are_parted_by_their_geometric_mean()
    {
        Assert.Equal(Math.Sqrt(double.Epsilon) * Math.Sqrt(Near), After(new(1), (Near, 1, 0)).Next);
        Assert.Equal(2.5, After(new(1), (1, -1, 0), (4, 1, 0)).Next);
        Assert.Equal(Math.Sqrt(5), After(new(1), (1, -1, 0), (5, 1, 0)).Next);
    }

    private static readonly double Near = Math.ScaleB(1, -64);

    private static MultiplierSearch After(MultiplierSearch search, params ReadOnlySpan<(double At, double Gap, double Slope)> seen)
    {
        foreach (var (at, gap, slope) in seen) search.Record(at, gap, slope);
        return search;
    }

    private static void AssertRefused(string name, string words, Func<object> call)
    {
        var error = Assert.ThrowsAny<ArgumentException>(call);
        Assert.Equal(name, error.ParamName);
        Assert.StartsWith(words, error.Message, StringComparison.Ordinal);
    }
}
