using GspMl.Onnx.Shrinking.Choosing;
using GspMl.Onnx.Shrinking.Following;
using GspMl.Onnx.Shrinking.Measuring;

namespace GspMl.Onnx.Tests.Shrinking.Measuring;

public sealed class MeasuredWidthsTests
{
    private readonly ChannelLabels labels = new();

    [Fact]
    public void What_costs_least_for_what_it_saves_goes_first()
    {
        var (cheap, dear) = (Curve(4, (2, 0.1), (1, 0.3)), Curve(4, (2, 0.4), (1, 2)));

        // 10 for each channel of either: 80 in all.
        Assert.Equal([(4, 4), (2, 4), (1, 4), (1, 2), (1, 1)], Enumerable.Range(0, 5)
            .Select(step => Left([cheap, dear], [(10, cheap), (10, dear)], new[] { 80, 60, 50, 30, 20 }[step])));
    }

    [Fact]
    public void A_set_whose_channels_save_more_goes_first_at_the_same_cost()
    {
        var (small, large) = (Curve(4, (2, 0.3)), Curve(4, (2, 0.3)));
        Assert.Equal((4, 2), Left([small, large], [(1, small), (9, large)], 30));
    }

    [Fact]
    public void A_level_that_costs_more_than_a_lower_one_is_passed_over()
    {
        var (bumpy, other) = (Curve(8, (6, 0.5), (4, 0.1)), Curve(8, (6, 0.3), (4, 0.6)));
        Assert.Equal((4, 8), Left([bumpy, other], [(1, bumpy), (1, other)], 12));
    }

    [Fact]
    public void The_last_step_goes_only_as_far_as_needed()
    {
        var (cheap, dear) = (Curve(16, (8, 0.1)), Curve(16, (4, 0.9)));
        (double, WidthCurve)[] products = [(1, cheap), (1, dear)];

        Assert.Equal((13, 16), Left([cheap, dear], products, 29));
        Assert.Equal((8, 7), Left([cheap, dear], products, 15));
        Assert.Equal((8, 4), Left([cheap, dear], products, 12));
    }

    [Fact]
    public void What_the_last_step_leaves_fills_blocks()
    {
        var curve = Curve(16, (4, 0.1));
        int Rounded(int kept) => (kept + 3) / 4 * 4;

        Assert.Equal([12, 12, 12, 8, 4], new[] { 15, 14, 12, 8, 4 }
            .Select(most => 16 - new MeasuredWidths(new([]), [curve], Count([(1, curve)]), (_, kept) => Rounded(kept))
                .Until(gone => 16 - gone.Count <= most)!.Count));
    }

    [Fact]
    public void Where_the_last_levels_do_not_save_enough_there_is_no_answer()
        => Assert.Null(Widths([Curve(4, (2, 0.1))], [], []).Until(_ => false));

    [Fact]
    public void An_axis_that_would_lose_all_positions_keeps_one()
    {
        var (groups, places) = (Curve(2, (1, 0)), Curve(2, (1, 0)));
        // Group 0 with place 1, and group 1 with place 0: gone with either.
        IReadOnlyList<int>[] axis = [[groups.Order[0], places.Order[1]], [groups.Order[1], places.Order[0]]];

        var removed = Widths([groups, places], [(1, groups), (1, places)], [axis]).Until(gone => gone.Count >= 1)!;

        Assert.Contains(axis, position => !position.Any(removed.Contains));
    }

    /// <summary>Channels left of two sets when no more than a size is left.</summary>
    private (int, int) Left(WidthCurve[] curves, (double, WidthCurve)[] products, double most)
    {
        var count = Count(products);
        var removed = Widths(curves, products, []).Until(gone => count.Without(gone) <= most)!;
        return (curves[0].Order.Count(channel => !removed.Contains(channel)), curves[1].Order.Count(channel => !removed.Contains(channel)));
    }

    private MeasuredWidths Widths(WidthCurve[] curves, (double, WidthCurve)[] products, IReadOnlyList<IReadOnlyList<int>[]> axes)
        => new(new(axes), curves, Count(products), (_, kept) => kept);

    private ExtentProducts Count(IEnumerable<(double Each, WidthCurve Curve)> products)
        => new(labels, [.. products.Select(product => new FollowedProduct(product.Each, [[.. product.Curve.Order]]))]);

    private WidthCurve Curve(int channels, params IEnumerable<(int Kept, double Cost)> levels)
        => new(labels.Create(channels), [new(channels, 0), .. levels.Select(level => new WidthLevel(level.Kept, level.Cost))]);
}
