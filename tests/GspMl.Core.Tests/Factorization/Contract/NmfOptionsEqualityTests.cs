using GspMl.Factorization;

namespace GspMl.Core.Tests.Factorization.Contract;

public sealed class NmfOptionsEqualityTests
{
    [Fact]
    public void Options_are_equal_where_they_say_the_same()
    {
        NmfOptions Weighted(params double[] weights) => new() { Rank = 3, BasisSparsity = 0.5, FeatureWeights = weights };

        Assert.Equal(Weighted(1, 2), Weighted(1, 2));
        Assert.NotEqual(Weighted(1, 2), Weighted(1, 3));
        Assert.NotEqual(Weighted(1, 2), Weighted(1, 2) with { FeatureWeights = null });
    }
}
