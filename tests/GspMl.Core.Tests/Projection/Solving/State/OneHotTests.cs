using GspMl.Projection.Kernels;
using GspMl.Projection.Solving;

namespace GspMl.Core.Tests.Projection.Solving.State;

public class OneHotTests
{
    [Fact]
    public void The_largest_excess_stays_and_of_equal_ones_the_least_weight_and_the_first()
    {
        Assert.Equal(2, Of([1, -2, 3, 3], [], tau: 5));
        Assert.Equal(1, Of([4, 3, 2, 1], [3, 1, 2, 2], tau: 5));
        Assert.Equal(2, Of([4, 4, 2, 2], [4, 4, 2, 2], tau: 1));
    }

    [Fact]
    public void A_zero_of_little_weight_may_stay_unless_each_vector_is_to_keep_an_entry()
    {
        Assert.Equal(0, Of([0, 1], [0.1, 2], tau: 10));
        Assert.Equal(1, Of([0, 1], [0.1, 2], tau: 10, skipsZeros: true));
    }

    private static unsafe int Of(double[] values, double[] weights, double tau, bool skipsZeros = false)
    {
        fixed (double* c = values, w = weights) return OneHot.Of(new Entries<double>(c, w, values.Length, 1, 1), tau, skipsZeros);
    }
}
