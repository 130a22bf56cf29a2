using GspMl.Onnx.Shrinking.Choosing;
using GspMl.Onnx.Shrinking.Times;

namespace GspMl.Onnx.Tests.Shrinking.Times;

/// <summary>A model of ten channels, of which nine can go, that takes the time that a test says.</summary>
public sealed class LatencySearchTests
{
    private const int Channels = 10;
    private readonly LatencySearch search = new("net.onnx", 0.7, Left);

    [Fact]
    public void More_of_the_layers_is_asked_for_until_the_whole_is_fast_enough()
    {
        var found = search.Until(() => Choose(search), (removed, _) => Ratio(0.3 + (0.7 * Left(removed))));

        Assert.True(0.3 + (0.7 * Left(found.Removed)) <= 0.7);
        Assert.True(found.Removed.Count < Channels - 1);
    }

    [Fact]
    public void What_the_layers_cannot_reach_is_timed_as_a_whole_with_the_fewest_channels_and_taken_where_that_is_fast_enough()
    {
        var search = new LatencySearch("net.onnx", 0.05, Left);

        var found = search.Until(() => Choose(search), (_, _) => Ratio(0.04));

        Assert.Equal(Channels - 1, found.Removed.Count);
    }

    [Fact]
    public void What_no_whole_model_reaches_is_refused_with_what_was_asked_for_and_what_came_nearest()
    {
        var error = Assert.Throws<OnnxModelException>(() => search.Until(() => Choose(search),
            (removed, _) => Ratio(0.75 + (0.25 * Left(removed)))));

        Assert.Equal("net.onnx: 30.0 % of the time of a run cannot go: with 22.5 % gone the fastest of the smaller models comes nearest.",
            error.Message);
    }

    [Fact]
    public void Models_that_seem_slower_than_the_dense_one_are_no_negative_part_of_its_time()
    {
        var error = Assert.Throws<OnnxModelException>(() => search.Until(() => Choose(search), (_, _) => Ratio(2.9)));

        Assert.Contains("with 0.0 % gone", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_last_timing_that_misses_the_target_is_taken_again_for_longer()
    {
        var rounds = new List<int>();

        var ratio = search.Finally(count =>
        {
            rounds.Add(count);
            return Ratio(rounds.Count == 1 ? 2.9 : 0.6);
        });

        Assert.Equal(0.6, ratio.Median);
        Assert.True(rounds[1] > rounds[0]);
    }

    [Fact]
    public void A_finished_model_that_is_still_too_slow_is_refused()
    {
        var error = Assert.Throws<OnnxModelException>(() => search.Finally(_ => Ratio(0.8)));

        Assert.Contains("30.0 % of the time of a run cannot go: with 20.0 % gone", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_times_vary_so_much_that_the_target_may_be_met_it_is_told_that_this_is_not_shown()
    {
        var ratio = search.Finally(_ => new(2.9, new(0.02, 20)));

        Assert.False(Report(ratio).IsLatencyShown);
        Assert.False(Report(new(0.6, new(0.02, 20))).IsLatencyShown);
        Assert.True(Report(Ratio(0.6)).IsLatencyShown);
    }

    private static ShrinkReport Report(LatencyRatio ratio) => new()
    {
        Options = new() { Target = ShrinkTarget.Macs(0.1), Also = [ShrinkTarget.Latency(0.3)] },
        Sets = [],
        Before = new(2, 2),
        After = new(1, 1),
        Sparsity = null,
        Multiplier = null,
        InputShapes = "",
        Ratio = ratio,
    };

    private static ChosenChannels Choose(LatencySearch search)
        => Enumerable.Range(0, Channels).Select(Gone).FirstOrDefault(gone => search.IsMet(gone.Removed)) ?? Gone(Channels - 1);

    private static ChosenChannels Gone(int count) => new(Enumerable.Range(0, count).ToHashSet(), null, null);

    private static double Left(IReadOnlySet<int> removed) => 1 - (removed.Count / (double)Channels);

    private static LatencyRatio Ratio(double median) => new(median, new(median - 0.01, median + 0.01));
}
