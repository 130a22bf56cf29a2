using GspMl.Factorization;

namespace GspMl.Distributed.Tests;

public class ClusterFitTests
{
    private static readonly NmfOptions Nmf = new() { Rank = 4, MaxIterations = 12, Tolerance = 0, BasisSparsity = 0.5 };

    [Theory]
    [InlineData(1, 1)]
    [InlineData(6, 3)]
    [InlineData(7, 2)]
    public async Task Shards_on_three_silos_have_the_bits_of_the_same_shards_in_one_process(int shards, int groups)
    {
        var rows = new TestRows();
        await using var cluster = await TestCluster.StartAsync(rows);
        var layout = new ShardLayout(shards, groups);
        var there = await cluster.FitAsync<float>(Run(layout), Nmf);
        var local = TestRows.Local<float>(shards);
        var here = await NonnegativeFactorization.FitAsync(layout.Group(local), Nmf);
        AssertSame(here, there);
        for (var i = 0; i < shards; i++) Assert.Equal(local[i].Coefficients.Values, rows.Written[i]);
    }

    private static ShardRun Run(ShardLayout layout) => new() { Name = "run", Data = "", Output = "", Layout = layout };

    private static void AssertSame<T>(NmfResult<T> expected, NmfResult<T> actual)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        Assert.Equal(expected.Basis.Values, actual.Basis.Values);
        Assert.Equal(expected.RelativeError, actual.RelativeError);
        Assert.Equal(expected.Trace.Select(i => i.RelativeError), actual.Trace.Select(i => i.RelativeError));
    }
}
