using System.IO.Compression;
using Google.Protobuf;
using GspMl.ML.Tests.Pipelines;
using GspMl.Onnx.Proto;
using Microsoft.ML;
using Microsoft.ML.Data;
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
        using var saved = ml.Saved(model, data);
        Assert.Empty(Parts(ml.Model.Load(saved, out _)).OfType<IOnnxExportable>());

        var restored = ml.Model.RestoreGspMl(saved, out var schema);
        Assert.Equal(data.Schema.Select(column => column.Name), schema.Select(column => column.Name));
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
            var restored = ml.Restored(model, data);
            Assert.Equal(model.GetType(), restored.GetType());
            Assert.Equal(model.Transform(data).Floats(output), restored.Transform(data).Floats(output));
        }
    }

    [Fact]
    public void A_restored_model_can_be_saved_again()
    {
        var data = ml.Vectors(GeneratedData.Matrix(30, 8, 1, r => (float)r.NextDouble()));
        var model = ml.Transforms.SparseNmf("Parts", "Features", rank: 3).Fit(data);
        var restored = ml.Restored(model, data);
        ComponentChecks.SavedAndLoaded(restored, data, ["Parts"], 1e-4);
    }

    [Fact]
    public void Models_of_others_stay_as_they_are()
    {
        var data = ml.Vectors(GeneratedData.Matrix(30, 8, 1, r => (float)r.NextDouble()));
        var model = ml.Transforms.NormalizeMinMax("Features").Append(ml.Transforms.CopyColumns("Copy", "Features")).Fit(data);
        Assert.Equal(Parts(model).Select(part => part.GetType()), Parts(ml.Restored(model, data)).Select(part => part.GetType()));
    }

    /// <summary>Chains within chains, a component that replaces its input, and an ONNX transformer of somebody else's.</summary>
    [Fact]
    public void Each_component_finds_its_place_again()
    {
        var data = ml.Vectors(GeneratedData.Matrix(30, 8, 1, r => (float)r.NextDouble()));
        var file = Path.GetTempFileName();
        try
        {
            Foreign(file, data);
            // recursionLimit is named because the overloads are ambiguous without it.
            var foreign = ml.Transforms.ApplyOnnxModel(["Foreign"], ["Features"], file, shapeDictionary: null, recursionLimit: 100);
            var model = ml.Transforms.NormalizeMinMax("Features").Append(ml.Transforms.GspProjection("Features"))
                .Append(foreign)
                .Append(ml.Transforms.NormalizeMinMax("Scaled", "Features").Append(ml.Transforms.SparseNmf("Parts", "Scaled", 3)))
                .Fit(data);
            var restored = ml.Restored(model, data);
            Assert.Equal(Parts(model).Select(part => part.GetType()), Parts(restored).Select(part => part.GetType()));
            foreach (var column in new[] { "Features", "Foreign", "Parts" })
                Assert.Equal(model.Transform(data).Floats(column), restored.Transform(data).Floats(column));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void A_file_is_read_as_a_stream_is()
    {
        var data = ml.Vectors(GeneratedData.Matrix(30, 8, 1, r => (float)r.NextDouble()));
        var file = Path.GetTempFileName();
        try
        {
            ml.Model.Save(ml.Transforms.SparseNmf("Parts", "Features", 3).Fit(data), data.Schema, file);
            Assert.IsType<SparseNmfTransformer>(ml.Model.RestoreGspMl(file, out _));
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>ML.NET puts such a model into a chain; what belongs to the loader is no part of the model.</summary>
    [Fact]
    public void A_model_that_was_saved_with_its_loader_is_restored()
    {
        var data = ml.Vectors(GeneratedData.Matrix(30, 8, 1, r => (float)r.NextDouble()));
        var loader = ml.Data.CreateTextLoader([new("Features", DataKind.Single, 0, 7)]);
        var parts = ml.Transforms.SparseNmf("Parts", "Features", 3).Fit(data);
        var projection = ml.Transforms.GspProjection("Features").Fit(data);
        AssertRestored([parts.GetType()], stream => ml.Model.Save(parts, loader, stream));
        AssertRestored([projection.GetType(), parts.GetType()], stream => ml.Model.Save(projection.Append(parts), loader, stream));
        AssertRestored([parts.GetType()], stream => ml.Model.Save(parts, loader.Append(projection), stream));
    }

    private void AssertRestored(Type[] parts, Action<Stream> save)
    {
        using var stream = new MemoryStream();
        save(stream);
        stream.Position = 0;
        Assert.Equal(parts, Parts(ml.Model.RestoreGspMl(stream, out _)).Select(part => part.GetType()));
    }

    [Fact]
    public void What_cannot_be_read_is_refused()
    {
        Assert.Throws<ArgumentNullException>("stream", () => ml.Model.RestoreGspMl((Stream)null!, out _));
        Assert.Throws<ArgumentNullException>("filePath", () => ml.Model.RestoreGspMl((string)null!, out _));
        Assert.Throws<FileNotFoundException>(() => ml.Model.RestoreGspMl("/no/such/model.zip".Replace('/', '_'), out _));
        using var once = new GZipStream(Stream.Null, CompressionMode.Compress);
        Assert.Throws<ArgumentException>("stream", () => ml.Model.RestoreGspMl(once, out _));
    }

    /// <summary>The graph of a component with its producer's name and metadata gone.</summary>
    private void Foreign(string file, IDataView data)
    {
        ml.Transforms.GspProjection("Foreign", "Features").Fit(data).ExportToOnnx(file);
        var model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(file));
        model.ProducerName = "other";
        model.MetadataProps.Clear();
        foreach (var value in model.Graph.Input.Concat(model.Graph.Output)) value.Type.TensorType.Shape.Dim[0] = new() { DimValue = 1 };
        File.WriteAllBytes(file, model.ToByteArray());
    }

    private static IEnumerable<ITransformer> Parts(ITransformer model) =>
        model is IEnumerable<ITransformer> chain ? chain.SelectMany(Parts) : [model];
}
