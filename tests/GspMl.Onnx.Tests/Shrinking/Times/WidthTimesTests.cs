using GspMl.Onnx.Shrinking.Times;

namespace GspMl.Onnx.Tests.Shrinking.Times;

public sealed class WidthTimesTests
{
    private readonly WidthTimes times = new();

    [Fact]
    public void A_narrower_layer_is_no_slower_than_a_wider_one_that_was_timed_before_or_after_it()
    {
        Assert.Equal(2, At(2, 8, 8));
        Assert.Equal(2, At(5, 4, 8));
        Assert.Equal(1, At(1, 6, 8));

        Assert.Equal(1, At(9, 4, 8));
        Assert.Equal(2, At(9, 8, 8));
    }

    [Fact]
    public void Widths_of_which_neither_holds_the_other_are_not_compared()
    {
        Assert.Equal(1, At(1, 8, 4));
        Assert.Equal(3, At(3, 4, 8));
    }

    private double At(double time, params int[] widths) => times.At(widths, () => time);
}
