namespace GspMl.Onnx.Tests.Evaluation;

public class IntervalTests
{
    // The examples of Newcombe 1998, Statistics in Medicine 17, 857–872, table I, score method.
    [Theory]
    [InlineData(81, 263, 0.2553, 0.3662)]
    [InlineData(15, 148, 0.0624, 0.1605)]
    [InlineData(0, 20, 0, 0.1611)]
    [InlineData(1, 29, 0.0061, 0.1718)]
    public void Of_a_fraction_it_is_the_published_score_interval(int count, int all, double low, double high)
    {
        var (interval, other) = (Interval.OfFraction(count, all), Interval.OfFraction(all - count, all));

        Assert.Equal((low, high), (Math.Round(interval.Low, 4), Math.Round(interval.High, 4)));
        Assert.Equal((interval.Low, interval.High), (1 - other.High, 1 - other.Low), (a, b)
            => Math.Abs(a.Item1 - b.Item1) + Math.Abs(a.Item2 - b.Item2) < 1e-12);
    }

    // The ranks of the sign test's table; under six values nothing reaches 95 %.
    [Theory]
    [InlineData(1, 1)]
    [InlineData(5, 1)]
    [InlineData(6, 1)]
    [InlineData(9, 2)]
    [InlineData(10, 2)]
    [InlineData(30, 10)]
    [InlineData(100, 40)]
    public void Of_a_median_it_lies_between_the_ranks_of_the_sign_test(int count, int rank)
    {
        var interval = Interval.OfMedian([.. Enumerable.Range(1, count).Select(i => (double)i)]);

        Assert.Equal((rank, count + 1 - rank), (interval.Low, interval.High));
    }

    [Fact]
    public void A_ratio_of_latencies_pairs_the_rounds()
    {
        var slow = new Latency(1, [.. Enumerable.Range(1, 9).Select(i => 2.0 * i)]);
        var fast = new Latency(1, [.. Enumerable.Range(1, 9).Select(i => 1.0 * i)]);

        Assert.Equal(new(0.5, new(0.5, 0.5)), LatencyRatio.Of(slow, fast));
        Assert.True(LatencyRatio.Of(slow, fast)!.IsMeasurable);
        Assert.False(LatencyRatio.Of(slow, slow)!.IsMeasurable);
        Assert.Null(LatencyRatio.Of(slow, null));
        Assert.Null(LatencyRatio.Of(slow, fast with { BatchSize = 2 }));
        Assert.Equal((10, 9), (slow.MedianMilliseconds, slow.Runs));
        Assert.Equal(3, new Latency(1, [4, 2, 9, 1]).MedianMilliseconds);
    }
}
