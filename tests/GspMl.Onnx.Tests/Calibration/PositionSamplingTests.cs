using GspMl.Onnx.Calibration;

namespace GspMl.Onnx.Tests.Calibration;

public class PositionSamplingTests
{
    [Fact]
    public void Where_all_positions_are_wanted_they_weigh_what_they_count()
        => Assert.Equal(
            [new(0, 0, 0.5), new(0, 1, 2), new(0, 2, 0.5), new(1, 0, 0.5), new(1, 1, 2), new(1, 2, 0.5)],
            new PositionSampling(3, [0.5, 2, 0.5], 1).Draw(2, 3));

    [Fact]
    public void Some_of_equal_positions_come_one_from_each_stretch()
    {
        var samples = new PositionSampling(5, [], 1).Draw(3, 20);
        Assert.Equal(Enumerable.Range(0, 15).Select(i => (i / 5, i % 5)), samples.Select(sample => (sample.Row, sample.Position / 4)));
        Assert.All(samples, sample => Assert.Equal(1, sample.Weight));
    }

    [Fact]
    public void Some_of_unequal_positions_are_drawn_in_proportion()
    {
        double[] weights = [0.2, 3, 0, 0.8, 1];
        var samples = new PositionSampling(2, weights, 1).Draw(4000, 5);
        Assert.Equal(8000, samples.Sum(sample => sample.Weight));
        for (var position = 0; position < weights.Length; position++)
            Assert.Equal(weights[position] / 5, samples.Where(sample => sample.Position == position).Sum(sample => sample.Weight) / 8000,
                0.01);
    }

    [Fact]
    public void Weights_for_another_number_of_positions_are_not_used()
        => Assert.All(new PositionSampling(4, [1, 2], 1).Draw(2, 3), sample => Assert.Equal(1, sample.Weight));
}
