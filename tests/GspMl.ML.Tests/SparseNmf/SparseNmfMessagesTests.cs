using Microsoft.ML;
using Microsoft.ML.Runtime;
using static GspMl.ML.Tests.SparseNmf.FactorisedParts;

namespace GspMl.ML.Tests.SparseNmf;

public class SparseNmfMessagesTests
{
    private readonly MLContext ml = new(seed: 1);

    [Fact]
    public void Progress_and_the_encoding_s_condition_reach_the_log()
    {
        var messages = new List<string>();
        ml.Log += (_, e) => messages.Add(e.Message);
        ml.Transforms.SparseNmf(Options(4, 0.6)).Fit(ml.Vectors(Parts(80, 24, 4, seed: 2)));
        Assert.Contains(messages, message => message.Contains("Iteration 1:", StringComparison.Ordinal));
        Assert.Contains(messages, message => message.Contains("condition number", StringComparison.Ordinal));
    }

    [Fact]
    public void An_estimator_made_without_the_catalog_logs_to_the_environment_it_is_given()
    {
        var messages = new List<string>();
        ml.Log += (_, e) => messages.Add(e.Message);
        var data = ml.Vectors(Parts(80, 24, 4, seed: 2));
        new SparseNmfEstimator(Options(4, 0.6)).Fit(data);
        Assert.DoesNotContain(messages, message => message.Contains("SparseNmf", StringComparison.Ordinal));
        new SparseNmfEstimator(Options(4, 0.6), ml).Fit(data);
        Assert.Contains(messages, message => message.Contains("SparseNmf", StringComparison.Ordinal));
    }

    [Fact]
    public void A_fit_that_did_not_converge_warns()
    {
        var warnings = new List<string>();
        ml.Log += (_, e) =>
        {
            if (e.Kind == ChannelMessageKind.Warning) warnings.Add(e.RawMessage);
        };
        ml.Transforms.SparseNmf("Parts", "Features", rank: 4, maxIterations: 2).Fit(ml.Vectors(Parts(80, 24, 4, seed: 2)));
        Assert.Contains(warnings, message => message.Contains("not converged", StringComparison.Ordinal));
    }
}
