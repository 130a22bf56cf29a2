using GspMl.Onnx.Calibration;
using Microsoft.ML.OnnxRuntime;

namespace GspMl.Onnx.Tests.Calibration;

public class PositionMaskTests
{
    private static PositionMask? Of(string name, long[] values, params long[] shape)
    {
        using var value = OrtValue.CreateTensorValueFromMemory(values, shape);
        return PositionMask.Of(new Dictionary<string, OrtValue> { [name] = value });
    }

    [Fact]
    public void Filling_is_told_by_an_input_of_zeros_and_ones_that_is_called_mask()
    {
        var mask = Of("attention_mask", [1, 1, 0, 1, 0, 0], 2, 3)!;
        Assert.Equal((2, 3), (mask.Rows, mask.Positions));
        Assert.Equal([true, true, false, true, false, false],
            Enumerable.Range(0, 6).Select(i => mask.IsReal(i / 3, i % 3)));
    }

    [Theory]
    [InlineData("input_ids", 1L, 0L)]
    [InlineData("attention_mask", 1L, 1L)]
    [InlineData("attention_mask", 2L, 0L)]
    public void Anything_else_is_no_mask(string name, long first, long second) => Assert.Null(Of(name, [first, second], 1, 2));

    [Fact]
    public void Filling_is_never_sampled()
    {
        var mask = Of("mask", [1, 1, 0, 0, 1, 1, 1, 1], 2, 4)!;
        Assert.Equal([(0, 0), (0, 1), (1, 0), (1, 1), (1, 2), (1, 3)],
            new PositionSampling(4, [], 1).Draw(2, 4, mask).Select(sample => (sample.Row, sample.Position)));
        var some = new PositionSampling(1, [], 1);
        for (var i = 0; i < 50; i++) Assert.All(some.Draw(2, 4, mask), sample => Assert.True(mask.IsReal(sample.Row, sample.Position)));
        Assert.Equal(8, new PositionSampling(4, [], 1).Draw(1, 8, mask).Sum(sample => sample.Weight * 2));
    }

    [Fact]
    public void Outputs_at_the_filling_are_cleared_and_others_left_alone()
    {
        var mask = Of("mask", [1, 0], 1, 2)!;
        Assert.Equal([1, 2, 0, 0], mask.Cleared(new([1, 2, 3, 4], [1, 2, 2])).Values);
        Assert.Equal([1, 2, 3, 4], mask.Cleared(new([1, 2, 3, 4], [1, 4])).Values);
    }
}
