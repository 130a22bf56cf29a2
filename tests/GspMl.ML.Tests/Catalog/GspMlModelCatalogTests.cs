using GspMl.ML.Tests.Pipelines;
using Microsoft.ML;
using Microsoft.ML.Transforms.Onnx;

namespace GspMl.ML.Tests.Catalog;

public class GspMlModelCatalogTests
{
    private readonly MLContext ml = new(seed: 1);

    [Fact]
    public void A_loaded_model_is_turned_back_into_the_components()
    {
        var data = Sentences.Load(ml);
        var model = Sentences.Words(ml)
            .Append(ml.Transforms.SparseNmf("Topics", "Words", rank: 8, sparsity: 0.7))
            .Append(ml.Transforms.GspProjection("Topics", sparsity: 0.9))
            .Append(ml.Transforms.RowGroupProjection("Segments", "Topics", [4, 4], sparsity: 0.8))
            .Append(ml.BinaryClassification.Trainers.SdcaLogisticRegression("Label", "Segments"))
            .Fit(data);
        var loaded = SaveAndLoad(model, data);
        Assert.Empty(Parts(loaded).OfType<IOnnxExportable>());

        var restored = ml.Model.RestoreGspMl(loaded);
        Assert.Empty(Parts(restored).OfType<OnnxTransformer>());
        var parts = Parts(restored).OfType<IOnnxExportable>().ToList();
        var (before, after) = (Parts(model).OfType<SparseNmfTransformer>().Single(), Assert.IsType<SparseNmfTransformer>(parts[0]));
        Assert.Equal(before.Basis.Values, after.Basis.Values);
        Assert.Equal(
            (before.Sparsity, before.RelativeError, before.Iterations, before.Encoding),
            (after.Sparsity, after.RelativeError, after.Iterations, after.Encoding));
        Assert.Equal(before.GetTopFeatures(0), after.GetTopFeatures(0));
        var multiplier = Parts(model).OfType<GspProjectionTransformer>().Single().Multiplier;
        Assert.Equal(multiplier, Assert.IsType<GspProjectionTransformer>(parts[1]).Multiplier);
        Assert.Equal(0.8, Assert.IsType<RowGroupProjectionTransformer>(parts[2]).Sparsity);
        foreach (var column in new[] { "Topics", "Segments" })
            Assert.Equal(model.Transform(data).Floats(column), restored.Transform(data).Floats(column));
    }

    [Fact]
    public void Weights_and_segments_come_back_to_the_bit()
    {
        var data = ml.Vectors(GeneratedData.Matrix(30, 8, 1, r => (float)r.NextDouble() - 0.5f));
        float[] weights = [0.1f, 1 / 3f, 3, 1e-7f, 5, 0, 7e8f, 8];
        IEstimator<ITransformer>[] estimators =
        [
            ml.Transforms.GspProjection(new GspProjectionEstimator.Options { FeatureWeights = weights, UnitNorm = true }),
            ml.Transforms.GspProjection("Out", "Features", weights: weights),
            ml.Transforms.RowGroupProjection("Out", "Features", [4, 1, 3], weights: weights),
        ];
        foreach (var (estimator, output) in estimators.Zip(["Features", "Out", "Out"]))
        {
            var model = estimator.Fit(data);
            var restored = ml.Model.RestoreGspMl(SaveAndLoad(model, data));
            Assert.Equal(model.GetType(), restored.GetType());
            Assert.Equal(model.Transform(data).Floats(output), restored.Transform(data).Floats(output));
        }
    }

    [Fact]
    public void A_restored_model_can_be_saved_again()
    {
        var data = ml.Vectors(GeneratedData.Matrix(30, 8, 1, r => (float)r.NextDouble()));
        var model = ml.Transforms.SparseNmf("Parts", "Features", rank: 3).Fit(data);
        var restored = ml.Model.RestoreGspMl(SaveAndLoad(model, data));
        ComponentChecks.SavedAndLoaded(restored, data, ["Parts"], 1e-4);
    }

    [Fact]
    public void Models_of_others_stay_as_they_are()
    {
        var data = ml.Vectors(GeneratedData.Matrix(30, 8, 1, r => (float)r.NextDouble()));
        var model = ml.Transforms.NormalizeMinMax("Features").Append(ml.Transforms.CopyColumns("Copy", "Features")).Fit(data);
        var loaded = SaveAndLoad(model, data);
        Assert.Same(loaded, ml.Model.RestoreGspMl(loaded));
    }

    private ITransformer SaveAndLoad(ITransformer model, IDataView data)
    {
        using var stream = new MemoryStream();
        ml.Model.Save(model, data.Schema, stream);
        stream.Position = 0;
        return ml.Model.Load(stream, out _);
    }

    private static IEnumerable<ITransformer> Parts(ITransformer model) =>
        model is IEnumerable<ITransformer> chain ? chain.SelectMany(Parts) : [model];
}
