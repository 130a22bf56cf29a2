using GspMl.Onnx.Calibration;

namespace GspMl.Onnx.Tests.Calibration;

public class OutputDivergenceTests
{
    [Fact]
    public void Between_scores_it_is_the_divergence_of_the_class_probabilities()
    {
        // Probabilities (3/4, 1/4) against (1/2, 1/2).
        var dense = new FloatTensor([MathF.Log(3), 0], [1, 2]);
        var changed = new FloatTensor([5, 5], [1, 2]);
        Assert.Equal((0.75 * Math.Log(1.5)) + (0.25 * Math.Log(0.5)), OutputDivergence.Of(dense, changed), 1e-6);
    }

    [Fact]
    public void Scores_shifted_together_are_the_same()
        => Assert.Equal(0, OutputDivergence.Of(new([1, 2, 3], [1, 3]), new([101, 102, 103], [1, 3])), 1e-6);

    [Fact]
    public void Between_other_outputs_it_is_the_relative_squared_error()
        => Assert.Equal(0.5, OutputDivergence.Of(new([1, -1, 1, -1], [4, 1]), new([1, -1, 2, -2], [4, 1])), 1e-6);
}
