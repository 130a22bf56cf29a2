namespace GspMl.Onnx.Tests.Evaluation.Measures;

public class ValueErrorTests
{
    // ‖b‖² = 25, ‖c − b‖² = 9, all of it in the second row; the rows' mean ‖b‖² is 12.5.
    [Fact]
    public void The_error_is_told_as_a_part_of_the_values_and_in_decibels()
    {
        var error = ValueError.Of(new("y", new float[] { 3, 0, 0, 4 }, 2), new("y", new float[] { 3, 0, 0, 1 }, 2));

        Assert.Equal(0.6, error.Relative.Value, 1e-12);
        Assert.Equal(20 * Math.Log10(5 / 3.0), error.SignalToNoise.Value, 1e-12);
        Assert.Equal(1, error.WorstRow);
        Assert.Equal(Math.Sqrt(9 / 12.5), error.Worst, 1e-12);
        Assert.Equal(new(0, 0.75), error.Relative.Interval!.Value);
    }

    [Fact]
    public void Equal_values_have_no_error_and_no_end_of_decibels()
    {
        var error = ValueError.Of(new("y", new float[] { 3, 0, 0, 4 }, 2), new("y", new float[] { 3, 0, 0, 4 }, 2));

        Assert.Equal((0, double.PositiveInfinity, 0), (error.Relative.Value, error.SignalToNoise.Value, error.Worst));
    }

    [Fact]
    public void Values_without_rows_are_one_whole()
    {
        var error = ValueError.Of(new("y", new float[] { 3, 4 }, 0), new("y", new float[] { 3, 1 }, 0));

        Assert.Equal(0.6, error.Relative.Value, 1e-12);
        Assert.Null(error.Relative.Interval);
        Assert.Null(error.WorstRow);
    }

    [Fact]
    public void Something_where_nothing_was_wanted_is_an_endless_error()
        => Assert.Equal(double.PositiveInfinity,
            ValueError.Of(new("y", new float[2], 1), new("y", new float[] { 0, 1 }, 1)).Relative.Value);
}
