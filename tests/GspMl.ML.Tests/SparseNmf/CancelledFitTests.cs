using GspMl.Factorization;
using Microsoft.ML;

namespace GspMl.ML.Tests.SparseNmf;

/// <summary>A cancelled fit throws, whatever it is doing: it never gives a model that is not finished.</summary>
public class CancelledFitTests
{
    private readonly MLContext ml = new(seed: 1);

    [Theory]
    [InlineData(1L << 28, null, NmfInitialization.Random)]
    [InlineData(1L << 28, 0.4, NmfInitialization.Nndsvd)]
    [InlineData(1000L, null, NmfInitialization.Random)]
    [InlineData(1000L, 0.4, NmfInitialization.Random)]
    [InlineData(1000L, null, NmfInitialization.Nndsvd)]
    public void In_memory_as_streamed(long valuesInMemory, double? coefficientSparsity, NmfInitialization start)
    {
        using var source = new CancellationTokenSource();
        var options = FactorisedParts.Options(2, 0.6) with
        {
            CancellationToken = source.Token,
            Tolerance = 0,
            MaxIterations = int.MaxValue,
            MaxValuesInMemory = valuesInMemory,
            CoefficientSparsity = coefficientSparsity,
            Initialization = start,
        };
        ml.Log += (_, e) =>
        {
            if (e.Message.Contains("Iteration 4", StringComparison.Ordinal)) source.Cancel();
        };
        Assert.ThrowsAny<OperationCanceledException>(
            () => ml.Transforms.SparseNmf(options).Fit(ml.Vectors(FactorisedParts.Parts(100, 24, 4, seed: 2))));
    }

    [Theory]
    [InlineData(1L << 28)]
    [InlineData(1000L)]
    public void Before_it_begins(long valuesInMemory)
    {
        var options = FactorisedParts.Options(2, 0.6) with { CancellationToken = new(canceled: true), MaxValuesInMemory = valuesInMemory };
        Assert.ThrowsAny<OperationCanceledException>(
            () => ml.Transforms.SparseNmf(options).Fit(ml.Vectors(FactorisedParts.Parts(100, 24, 4, seed: 2))));
    }

    [Fact]
    public void With_its_last_iteration()
    {
        using var source = new CancellationTokenSource();
        var options = FactorisedParts.Options(2, 0.6) with { CancellationToken = source.Token, Tolerance = 0, MaxIterations = 4 };
        ml.Log += (_, e) =>
        {
            if (e.Message.Contains("Iteration 4", StringComparison.Ordinal)) source.Cancel();
        };
        Assert.ThrowsAny<OperationCanceledException>(
            () => ml.Transforms.SparseNmf(options).Fit(ml.Vectors(FactorisedParts.Parts(100, 24, 4, seed: 2))));
    }
}
