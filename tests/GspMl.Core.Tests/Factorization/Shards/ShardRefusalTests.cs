using GspMl.Core.Tests.LinearAlgebra;
using GspMl.Factorization;

namespace GspMl.Core.Tests.Factorization.Shards;

public class ShardRefusalTests
{
    private static readonly MemoryShard<double>[] Whole = Shards.Cut(Shards.Rows<double>());

    [Fact]
    public async Task What_couples_all_rows_is_refused_with_the_reason()
    {
        var sparse = await Refused<ArgumentException>(Whole, Shards.Options with { CoefficientSparsity = 0.5 });
        Assert.Contains("couples all samples", sparse.Message, StringComparison.Ordinal);
        foreach (var start in new[] { NmfInitialization.Nndsvd, NmfInitialization.NndsvdA })
        {
            var svd = await Refused<ArgumentException>(Whole, Shards.Options with { Initialization = start });
            Assert.Contains($"{start} takes a singular value decomposition of all the data", svd.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Shards_have_to_be_there_and_to_have_the_same_features()
    {
        await Refused<ArgumentException>([], Shards.Options);
        var odd = new MemoryShard<double>(new DenseData<double>(Matrices.Random<double>(300, 29, 1)));
        var error = await Refused<ArgumentException>([.. Whole, odd], Shards.Options);
        Assert.Contains("Shard 1 has 29 features; shard 0 of its group has 30", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Weights_in_another_number_than_the_features_are_refused()
        => await Refused<ArgumentException>(Whole, Shards.Options with { BasisSparsity = 0.5, FeatureWeights = [1, 2] });

    [Fact]
    public async Task A_cancelled_fit_ends()
    {
        using var source = new CancellationTokenSource();
        var progress = new Once(source.Cancel);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => NonnegativeFactorization.FitAsync(
            Shards.Cut(Shards.Rows<double>(), 256), Shards.Options, progress, source.Token));
    }

    private static Task<TException> Refused<TException>(IShard<double>[] shards, NmfOptions options)
        where TException : Exception =>
        Assert.ThrowsAsync<TException>(async () => await NonnegativeFactorization.FitAsync(shards, options));

    private sealed class Once(Action action) : IProgress<NmfIteration>
    {
        public void Report(NmfIteration value) => action();
    }
}
