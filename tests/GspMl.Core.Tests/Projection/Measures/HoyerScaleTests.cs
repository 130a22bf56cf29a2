using GspMl.Projection;

namespace GspMl.Core.Tests.Projection.Measures;

public class HoyerScaleTests
{
    [Fact]
    public void Equal_magnitudes_and_a_single_one_are_the_two_ends()
    {
        Assert.Equal(3, HoyerScale.Range(16));
        Assert.Equal(1 / 3.0, HoyerScale.Beta(16));
        Assert.Equal(double.PositiveInfinity, HoyerScale.Beta(1));
    }

    [Fact]
    public void Weights_of_one_are_no_weights()
    {
        Assert.Equal(HoyerScale.Beta(9), HoyerScale.Beta([1, 1, 1, 1, 1, 1, 1, 1, 1]));
        Assert.Equal(1 / (5.0 - 3), HoyerScale.Beta([3, 4]));
    }

    [Fact]
    public void A_vector_is_thresholded_at_the_multiplier_times_beta()
    {
        double[] values = [4, 3, 2, 1, 0.5, 0.25, 0.125, 0.1, 0.05];
        var result = new GspProjector<double>(new() { Values = ProjectionValues.Original })
            .Project(values, values, VectorLayout.Rows(1, 9), SparsityTarget.Hoyer(0.7));
        var threshold = result.Multiplier * HoyerScale.Beta(9);
        Assert.InRange(threshold, 0.5, 3);
        Assert.Equal(values.Where(v => v != 0).Min(), new[] { 4, 3, 2, 1, 0.5, 0.25, 0.125, 0.1, 0.05 }.Where(v => v > threshold).Min());
    }
}
