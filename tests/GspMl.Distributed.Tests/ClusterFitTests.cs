using System.Numerics;
using GspMl.Factorization;
using Microsoft.Extensions.DependencyInjection;

namespace GspMl.Distributed.Tests;

public class ClusterFitTests
{
    private static readonly NmfOptions Nmf = new() { Rank = 4, MaxIterations = 12, Tolerance = 0, BasisSparsity = 0.5 };

    [Fact]
    public async Task Shards_on_three_silos_have_the_bits_of_the_same_shards_in_one_process()
    {
        await using var cluster = await TestCluster.StartAsync();
        await Same<float>(cluster, new(1, 1));
        await Same<float>(cluster, new(6, 3));
        await Same<double>(cluster, new(7, 2));
    }

    [Fact]
    public async Task Shards_are_spread_in_their_order_over_the_workers_alone_and_given_up_at_the_end()
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.FitAsync<float>(Run("spread", new(6, 3)), Nmf);
        var bySilo = cluster.Seen.Reads.GroupBy(read => read.Silo, read => read.Shard).Select(shards => shards.Order().ToArray());
        Assert.Equal([[0, 1], [2, 3], [4, 5]], bySilo.OrderBy(shards => shards[0]));
        await Eventually.True(async () => await Activations(cluster) == 0);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    public async Task A_silo_that_is_killed_within_a_step_changes_no_bit(int saveEvery)
    {
        await using var cluster = await TestCluster.StartAsync();
        var (midway, killed) = (new TaskCompletionSource<string>(), new ManualResetEventSlim());
        var products = 0;
        cluster.Seen.Working = (silo, shard) =>
        {
            // The first pass over the rows of shard 3 describes them; some steps later its silo hangs until it is gone.
            if (shard != 3 || Interlocked.Increment(ref products) != 12) return;
            midway.SetResult(silo);
            killed.Wait(TimeSpan.FromSeconds(60));
        };
        var layout = new ShardLayout(6, 3);
        var fit = cluster.FitAsync<float>(Run("killed", layout) with { SaveEvery = saveEvery }, Nmf);
        var lost = await midway.Task.WaitAsync(TimeSpan.FromSeconds(60));
        await cluster.KillAsync(lost);
        killed.Set();
        AssertSame(await NonnegativeFactorization.FitAsync(layout.Group(TestRows.Local<float>(6)), Nmf), await fit);
        var reads = cluster.Seen.Reads.ToList();
        Assert.Equal([2, 3], reads.Skip(6).Select(read => read.Shard).Order());
        Assert.DoesNotContain(reads.Skip(6), read => read.Silo == lost);
        Assert.Equal(6, cluster.Seen.Written.Count);
    }

    [Fact]
    public async Task A_run_goes_on_by_its_log_where_the_whole_cluster_was_lost()
    {
        var layout = new ShardLayout(3, 3);
        var run = Run("lost", layout) with { SaveEvery = 5 };
        string folder;
        await using (var first = await TestCluster.StartAsync())
        {
            folder = first.Options.Folder;
            using var source = new CancellationTokenSource();
            var products = 0;
            first.Seen.Working = (_, _) =>
            {
                if (Interlocked.Increment(ref products) == 60) source.Cancel();
            };
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first.FitAsync<float>(run, Nmf, source.Token));
        }
        await using var second = await TestCluster.StartAsync(workers: 2, folder);
        AssertSame(await NonnegativeFactorization.FitAsync(TestRows.Local<float>(3), Nmf), await second.FitAsync<float>(run, Nmf));
        var other = await Assert.ThrowsAsync<InvalidDataException>(() => second.FitAsync<float>(run, Nmf with { Seed = 1 }));
        Assert.Contains("Request 1 of the run's log is another", other.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidDataException>(() => second.FitAsync<float>(run with { Output = "elsewhere" }, Nmf));
    }

    [Fact]
    public async Task What_a_worker_says_of_its_rows_ends_the_fit()
    {
        await using var cluster = await TestCluster.StartAsync(workers: 2);
        var error = await Assert.ThrowsAsync<InvalidDataException>(
            () => cluster.FitAsync<float>(Run("damaged", new(4, 2)) with { Data = "damaged" }, Nmf));
        Assert.Contains("is damaged", error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentException>(() => cluster.FitAsync<float>(Run("../up", new(1, 1)), Nmf));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => cluster.FitAsync<float>(Run("none", new(2, 3)), Nmf));
    }

    private static async Task Same<T>(TestCluster cluster, ShardLayout layout)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var there = await cluster.FitAsync<T>(Run($"same-{layout.Shards}", layout), Nmf);
        var local = TestRows.Local<T>(layout.Shards);
        AssertSame(await NonnegativeFactorization.FitAsync(layout.Group(local), Nmf), there);
        for (var i = 0; i < layout.Shards; i++) Assert.Equal(local[i].Coefficients.Values, cluster.Seen.Written[i]);
    }

    private static async Task<int> Activations(TestCluster cluster) =>
        (await cluster.Driver.GetRequiredService<IGrainFactory>().GetGrain<IManagementGrain>(0).GetSimpleGrainStatistics())
            .Where(statistic => statistic.GrainType.Contains("ShardGrain", StringComparison.Ordinal)).Sum(s => s.ActivationCount);

    private static ShardRun Run(string name, ShardLayout layout) => new() { Name = name, Data = "", Output = "", Layout = layout };

    private static void AssertSame<T>(NmfResult<T> expected, NmfResult<T> actual)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Assert.Equal(expected.Basis.Values, actual.Basis.Values);
        Assert.Equal(expected.RelativeError, actual.RelativeError);
        Assert.Equal(expected.Trace.Select(i => i.RelativeError), actual.Trace.Select(i => i.RelativeError));
    }
}
