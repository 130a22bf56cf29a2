using GspMl.Onnx.Streaming;

namespace GspMl.Onnx.Tests.Streaming;

public class IncreasingRootTests
{
    [Theory]
    [InlineData(1e-6)]
    [InlineData(1)]
    [InlineData(1e6)]
    public void A_smooth_function_is_solved_from_either_side(double start)
    {
        var root = IncreasingRoot.Find(x => (x / (1 + x), 1 / ((1 + x) * (1 + x))), 0.8, start, 1e-12);
        Assert.True(root.IsMet);
        Assert.Equal(4, root.At, 1e-9);
    }

    [Fact]
    public void At_a_jump_the_side_that_reaches_the_value_is_taken()
    {
        var root = IncreasingRoot.Find(x => (x < 3 ? 0.2 : 0.9, 0.01), 0.5, 1, 1e-6);
        Assert.False(root.IsMet);
        Assert.InRange(root.At, 3, 3 + 1e-8);
    }
}
