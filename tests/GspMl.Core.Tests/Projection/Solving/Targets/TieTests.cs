using GspMl.Projection.Solving;

namespace GspMl.Core.Tests.Projection.Solving.Targets;

public class TieTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(0.3)]
    [InlineData(0.8)]
    [InlineData(1)]
    public void Every_point_of_the_arc_is_a_unit_vector_with_the_product_asked_for(double fill)
    {
        double[] weights = [0.5, 1, 2, 1.5];
        var tie = new Tie(0, Math.Sqrt(weights.Sum(w => w * w)), weights[0], 0);
        var (product, share, extra) = tie.Unit(fill);
        double[] u = [.. weights.Select((w, j) => share * w + (j == tie.LeastAt ? extra : 0))];
        Assert.Equal(1, u.Sum(x => x * x), 1e-12);
        Assert.Equal((1 - fill) * tie.Norm + fill * tie.LeastWeight, product, 1e-12);
        Assert.Equal(product, u.Zip(weights, (x, w) => x * w).Sum(), 1e-12);
    }
}
