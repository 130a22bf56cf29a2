using System.Runtime.CompilerServices;
using GspMl.ML.Hosting;
using GspMl.ML.Tests.SparseNmf;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace GspMl.ML.Tests.Hosting;

public class CatalogEnvironmentTests
{
    private readonly MLContext ml = new(seed: 1);

    [Fact]
    public void This_version_of_ML_NET_keeps_the_environment_where_it_is_looked_for()
    {
        var messages = new List<string>();
        ml.Log += (_, e) => messages.Add(e.RawMessage);
        var environment = CatalogEnvironment.Of(ml.Transforms);
        Assert.NotNull(environment);
        using (var channel = environment.Start("here")) channel.Info(MessageSensitivity.None, "it is the context's");
        Assert.Contains("it is the context's", messages);
    }

    /// <summary>
    /// Another ML.NET may name its field otherwise; a component must then still fit, with the environment that it is given or with none.
    /// </summary>
    [Fact]
    public void A_version_that_keeps_it_elsewhere_costs_the_messages_and_nothing_else()
    {
        var environment = CatalogEnvironment.Of(ml.Transforms, Renamed);
        Assert.Null(environment);
        var options = FactorisedParts.Options(4, 0.6);
        var data = ml.Vectors(FactorisedParts.Parts(80, 24, 4, seed: 2));
        var first = new SparseNmfEstimator(options, environment).Fit(data).Basis.Values;
        Assert.Equal(first, new SparseNmfEstimator(options, environment).Fit(data).Basis.Values);
        var projection = new GspProjectionEstimator(new() { InputColumnName = "Features", OutputColumnName = "Sparse" }, environment);
        Assert.InRange(projection.Fit(data).Multiplier, 0, double.MaxValue);
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "renamed")]
    private static extern ref IHostEnvironment Renamed(TransformsCatalog catalog);
}
