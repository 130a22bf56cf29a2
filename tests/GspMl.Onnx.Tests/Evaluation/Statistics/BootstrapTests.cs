using GspMl.Onnx.Evaluation.Statistics;

namespace GspMl.Onnx.Tests.Evaluation.Statistics;

public class BootstrapTests
{
    [Fact]
    public void Of_a_mean_it_is_near_the_normal_interval()
    {
        var random = new Random(3);
        var rows = Enumerable.Range(0, 400).Select(_ => random.NextDouble()).ToList();
        var (mean, error) = (rows.Average(), Math.Sqrt(rows.Average(row => Math.Pow(row - rows.Average(), 2)) / rows.Count));

        var estimate = Bootstrap.OfMean(rows);

        Assert.Equal(mean, estimate.Value, 1e-12);
        Assert.InRange(estimate.Interval!.Value.Low, mean - (2.2 * error), mean - (1.7 * error));
        Assert.InRange(estimate.Interval.Value.High, mean + (1.7 * error), mean + (2.2 * error));
    }

    [Fact]
    public void The_same_rows_give_the_same_interval()
        => Assert.Equal(Bootstrap.OfMean([1, 2, 3, 5, 8]), Bootstrap.OfMean([1, 2, 3, 5, 8]));

    [Fact]
    public void Rows_that_are_all_alike_leave_nothing_open() => Assert.Equal(new(4, new(4, 4)), Bootstrap.OfMean([4, 4, 4]));

    [Fact]
    public void One_row_has_no_interval() => Assert.Equal(new(4, null), Bootstrap.OfMean([4]));

    [Fact]
    public void A_ratio_is_that_of_the_sums_and_none_of_none_is_0()
    {
        Assert.Equal(Math.Sqrt(4.0 / 10), Bootstrap.OfRatio([1, 3], [2, 8], Math.Sqrt).Value, 1e-12);
        Assert.Equal(0, Bootstrap.OfRatio([0, 0], [0, 0], Math.Sqrt).Value);
    }
}
