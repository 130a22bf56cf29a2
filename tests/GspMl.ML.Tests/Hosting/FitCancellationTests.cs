using System.Reflection;
using GspMl.ML.Tests.SparseNmf;
using Microsoft.ML;

namespace GspMl.ML.Tests.Hosting;

/// <summary>
/// A context that is cancelled ends the fits of its components. AutoML cancels so; the method is ML.NET's own, and is called here by name.
/// </summary>
public class FitCancellationTests
{
    private readonly MLContext ml = new(seed: 1);

    public static TheoryData<string> Fits() => ["factorisation", "factorisation, streamed", "topics", "projection"];

    [Theory]
    [MemberData(nameof(Fits))]
    public void The_context_ends_a_fit_that_is_under_way(string fit)
    {
        var (begun, wanted) = (0, fit == "projection" ? "Pass 1 " : "Iteration 1:");
        ml.Log += (_, e) =>
        {
            if (e.Message.Contains(wanted, StringComparison.Ordinal) && begun++ == 0) Cancel();
        };
        Assert.ThrowsAny<OperationCanceledException>(() => Fit(fit));
        Assert.Equal(1, begun);
    }

    [Theory]
    [MemberData(nameof(Fits))]
    public void An_estimator_of_a_cancelled_context_does_not_begin(string fit)
    {
        var estimator = Estimator(fit);
        Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => estimator.Fit(Data(fit)));
    }

    [Fact]
    public void Another_context_goes_on()
    {
        Cancel();
        var other = new MLContext(seed: 1);
        Assert.Equal(2, other.Transforms.SparseNmf("Parts", "Features", 2).Fit(Data("factorisation")).Rank);
    }

    private void Cancel() =>
        typeof(MLContext).GetMethod("CancelExecution", BindingFlags.Instance | BindingFlags.NonPublic)!.Invoke(ml, null);

    private void Fit(string fit) => Estimator(fit).Fit(Data(fit));

    private IEstimator<ITransformer> Estimator(string fit) => fit switch
    {
        "projection" => ml.Transforms.GspProjection(new GspProjectionEstimator.Options { Tolerance = 1e-15, Sparsity = 0.7 }),
        "topics" => ml.Transforms.TextTopics(new TextTopicsEstimator.Options
        {
            InputColumnName = "Text",
            Rank = 3,
            MaxIterations = int.MaxValue,
        }),
        _ => ml.Transforms.SparseNmf(FactorisedParts.Options(2, 0.6) with
        {
            Tolerance = 0,
            MaxIterations = int.MaxValue,
            MaxValuesInMemory = fit == "factorisation" ? 1 << 28 : 1000,
        }),
    };

    private IDataView Data(string fit) =>
        fit == "topics" ? Pipelines.Sentences.Load(ml) : ml.Vectors(FactorisedParts.Parts(100, 24, 4, seed: 2));
}
