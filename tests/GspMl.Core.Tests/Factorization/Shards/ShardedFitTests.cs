using System.Numerics;
using GspMl.Core.Tests.LinearAlgebra;
using GspMl.Factorization;
using GspMl.LinearAlgebra;

namespace GspMl.Core.Tests.Factorization.Shards;

public abstract class ShardedFitTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static TheoryData<NmfAlgorithm> Algorithms => [.. Enum.GetValues<NmfAlgorithm>()];

    [Theory]
    [MemberData(nameof(Algorithms))]
    public async Task One_shard_has_the_bits_of_the_fit_in_memory(NmfAlgorithm algorithm)
    {
        var options = Options(algorithm);
        var shard = new MemoryShard<T>(new DenseData<T>(Shards.Rows<T>()));
        var whole = NonnegativeFactorization.Fit(new DenseData<T>(Shards.Rows<T>()), options);
        var sharded = await NonnegativeFactorization.FitAsync([shard], options);
        AssertSame(whole, sharded);
        Assert.Equal(whole.Coefficients!.Values, shard.Coefficients.Values);
        Assert.Null(sharded.Coefficients);
    }

    [Fact]
    public async Task Sparse_rows_and_rows_far_from_one_too()
    {
        var (starts, features, values) = Matrices.Compress(Shards.Sparse<T>());
        var sparse = new SparseData<T>(600, 40, starts, features, values);
        AssertSame(NonnegativeFactorization.Fit(sparse, Shards.Options),
            await NonnegativeFactorization.FitAsync([new MemoryShard<T>(sparse)], Shards.Options));

        var far = Shards.Rows<T>().TimesPowerOfTwo(-80);
        var shard = new MemoryShard<T>(new DenseData<T>(far));
        var whole = NonnegativeFactorization.Fit(new DenseData<T>(far), Shards.Options);
        AssertSame(whole, await NonnegativeFactorization.FitAsync([shard], Shards.Options));
        Assert.Equal(whole.Coefficients!.Values, shard.Coefficients.Values);
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public async Task Several_shards_come_to_the_error_of_one(NmfAlgorithm algorithm)
    {
        var x = Shards.Rows<T>();
        var options = Options(algorithm);
        var whole = NonnegativeFactorization.Fit(new DenseData<T>(x), options);
        var cut = await NonnegativeFactorization.FitAsync(Shards.Cut(x, 256, 512), options);
        Assert.Equal(whole.RelativeError, cut.RelativeError, 5e-3);
        Assert.Equal(whole.BasisSparsity, cut.BasisSparsity, 0.05);
        Assert.Equal(whole.Trace[0].RelativeError, cut.Trace[0].RelativeError, 1e-5);
    }

    [Fact]
    public async Task Looking_ahead_changes_no_bit_and_saves_all_second_rounds_but_those_of_steps_taken_back()
    {
        var channel = new Channel<T>(new MemoryShard<T>(new DenseData<T>(Shards.Rows<T>())));
        var whole = NonnegativeFactorization.Fit(new DenseData<T>(Shards.Rows<T>()), Shards.Options);
        AssertSame(whole, await NonnegativeFactorization.FitAsync([channel], Shards.Options));
        var requests = channel.Log.Select(bytes => ShardRequest<T>.FromBytes(bytes)).ToList();
        var resolved = requests.OfType<ShardRequest<T>.Resolve>().ToList();
        Assert.Equal(whole.Iterations, requests.OfType<ShardRequest<T>.Fit>().Count());
        Assert.NotEmpty(resolved); // the data is such that a step is taken back
        Assert.True(resolved.Count < whole.Iterations / 4);
        Assert.DoesNotContain(resolved, resolve => resolve.Verdict == ShardVerdict.Accept);
    }

    [Fact]
    public async Task Cuts_at_multiples_of_256_rows_leave_the_bits_of_the_coefficients_for_a_basis()
    {
        var x = Shards.Rows<T>();
        var basis = Matrices.Random<T>(30, 5, 7).Values;
        var whole = await Coefficients(Shards.Cut(x), basis);
        Assert.Equal(whole, await Coefficients(Shards.Cut(x, 256), basis));
        Assert.Equal(whole, await Coefficients(Shards.Cut(x, 256, 768), basis));
    }

    [Fact]
    public async Task Groups_of_groups_add_up_alike_wherever_their_shards_are()
    {
        var x = Shards.Rows<T>();
        var (here, there) = (Shards.Cut(x, 256, 512, 768), Shards.Cut(x, 256, 512, 768));
        var one = await NonnegativeFactorization.FitAsync(
            [new ShardGroup<T>(here[..2]), new ShardGroup<T>(here[2..])], Shards.Options);
        var other = await NonnegativeFactorization.FitAsync(
            [new Channel<T>(new ShardGroup<T>(there[..2])), new Channel<T>(new ShardGroup<T>(there[2..].Select(s => new Channel<T>(s))))],
            Shards.Options);
        AssertSame(one, other);
        for (var i = 0; i < here.Length; i++) Assert.Equal(here[i].Coefficients.Values, there[i].Coefficients.Values);
    }

    [Fact]
    public async Task Twelve_shards_make_a_tree_and_start_with_the_rows_of_the_whole()
    {
        var x = Shards.Rows<T>(rows: 1200);
        var shards = Shards.Cut(x, [.. Enumerable.Range(1, 11).Select(i => 100 * i)]);
        var tree = ShardGroup<T>.Tree(shards);
        var begin = new ShardRequest<T>.Begin { Number = 1, Rank = 5, Basis = Matrices.Random<T>(30, 5, 7).Values, InnerSteps = 3 };
        await tree.StepAsync(begin);
        var whole = RandomStart.Coefficients<T>(1200, 5, seed: 0, firstRow: 0).ToDense();
        Assert.Equal(whole.Values, shards.SelectMany(shard => shard.Coefficients.Values));
    }

    [Fact]
    public async Task Data_that_is_all_zero_is_fitted_without_error()
    {
        var zeros = new DenseMatrix<T>(300, 4);
        var result = await NonnegativeFactorization.FitAsync(Shards.Cut(zeros, 256), Shards.Options);
        Assert.Equal(0, result.RelativeError);
    }

    private static NmfOptions Options(NmfAlgorithm algorithm) => Shards.Options with
    {
        Algorithm = algorithm,
        BasisSparsity = algorithm is NmfAlgorithm.AHals or NmfAlgorithm.NeNmf ? null : 0.6,
    };

    private static async Task<T[]> Coefficients(MemoryShard<T>[] shards, T[] basis)
    {
        var group = new ShardGroup<T>(shards);
        await group.StepAsync(new ShardRequest<T>.Begin { Number = 1, Rank = 5, Basis = basis, InnerSteps = 6, Seed = 1 });
        await group.StepAsync(new ShardRequest<T>.Fit { Number = 2, Basis = basis });
        await group.StepAsync(new ShardRequest<T>.Finish { Number = 3, Basis = basis, Verdict = ShardVerdict.Accept });
        return [.. shards.SelectMany(shard => shard.Coefficients.Values)];
    }

    private static void AssertSame(NmfResult<T> expected, NmfResult<T> actual)
    {
        Assert.Equal(expected.Basis.Values, actual.Basis.Values);
        Assert.Equal(expected.RelativeError, actual.RelativeError);
        Assert.Equal(expected.CoefficientSparsity, actual.CoefficientSparsity);
        Assert.Equal(expected.Trace.Select(i => i.RelativeError), actual.Trace.Select(i => i.RelativeError));
    }
}

public class FloatShardedFitTests : ShardedFitTests<float>;

public class DoubleShardedFitTests : ShardedFitTests<double>;
