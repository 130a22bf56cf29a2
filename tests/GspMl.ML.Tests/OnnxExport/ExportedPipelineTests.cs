using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace GspMl.ML.Tests.OnnxExport;

/// <summary>A pipeline exported as one model gives, in ONNX Runtime, the values that it gives in ML.NET.</summary>
public class ExportedPipelineTests
{
    private readonly MLContext ml = new(seed: 1);
    private readonly Row[] rows;
    private readonly IDataView data;

    public ExportedPipelineTests()
    {
        var random = new Random(1);
        rows = [.. Enumerable.Range(0, 60).Select(i => new Row
        {
            Features = [.. Enumerable.Range(0, 6).Select(_ => random.NextSingle())],
            Age = random.NextSingle(),
            Label = i % 3 == 0,
            Kind = new[] { "x", "y", "z" }[i % 3],
        })];
        data = ml.Data.LoadFromEnumerable(rows);
    }

    [Fact]
    public void What_stands_before_and_behind_the_components_is_in_the_model()
    {
        var model = ml.Transforms.Concatenate("All", "Features", "Age")
            .Append(ml.Transforms.NormalizeMinMax("Scaled", "All"))
            .Append(ml.Transforms.SparseNmf("Parts", "Scaled", 3))
            .Append(ml.Transforms.GspProjection("Sparse", "Parts", sparsity: 0.6))
            .Append(ml.Transforms.RowGroupProjection([new("A", "Parts"), new("B", "Sparse")], sparsity: 0.5))
            .Append(ml.Transforms.Concatenate("Both", "A", "B", "Parts"))
            .Append(ml.BinaryClassification.Trainers.SdcaLogisticRegression("Label", "Both"))
            .Fit(data);
        using var session = Exported(model, "Parts", "Sparse", "A", "B", "Score", "Probability");
        Assert.Equal(["Age", "Features"], session.InputNames.Order());
        Agree(session, model, "Parts", "Sparse", "A", "B");
        AgreeSingle(session, model, "Score", "Probability");
    }

    [Fact]
    public void Columns_that_are_replaced_go_on_under_their_name()
    {
        var model = ml.Transforms.NormalizeMinMax("Features")
            .Append(ml.Transforms.GspProjection("Features", sparsity: 0.6))
            .Append(ml.Transforms.NormalizeMinMax("Features"))
            .Append(ml.Transforms.SparseNmf("Features", rank: 3))
            .Append(ml.Transforms.RowGroupProjection([new("Features")]))
            .Fit(data);
        using var session = Exported(model);
        Assert.Equal(["Features"], session.InputNames);
        Assert.Equal(["Features.output"], session.OutputNames);
        Agree(session, model, "Features");
    }

    [Fact]
    public void Chains_in_chains_and_several_kinds_of_columns_are_joined()
    {
        var model = ml.Transforms.Categorical.OneHotEncoding("Code", "Kind")
            .Append(ml.Transforms.ReplaceMissingValues("Filled", "Features"))
            .Append(ml.Transforms.Concatenate("All", "Filled", "Code").Append(ml.Transforms.SparseNmf("Parts", "All", 3)))
            .Append(ml.Transforms.Conversion.MapValueToKey("Key", "Kind"))
            .Append(ml.MulticlassClassification.Trainers.SdcaMaximumEntropy("Key", "Parts"))
            .Append(ml.Transforms.Conversion.MapKeyToValue("PredictedLabel"))
            .Fit(data);
        using var session = Exported(model, "Parts", "Score", "PredictedLabel");
        Agree(session, model, "Parts", "Score");
        var expected = model.Transform(data).GetColumn<string>("PredictedLabel");
        using var results = Run(session);
        Assert.Equal(expected, results.Single(result => result.Name == "PredictedLabel.output").AsTensor<string>().ToArray());
    }

    [Fact]
    public void A_matrix_goes_through()
    {
        var pictures = rows.Select(row => new Picture { Features = [.. row.Features, .. row.Features[..3]] }).ToList();
        var view = ml.Data.LoadFromEnumerable(pictures);
        var model = ml.Transforms.CopyColumns("Copy", "Features").Append(ml.Transforms.GspProjection("Sparse", "Copy"))
            .Append(ml.Transforms.CopyColumns("Out", "Sparse")).Fit(view);
        using var session = Exported(model, view.Schema, "Out");
        var input = session.InputMetadata["Features"].Dimensions;
        var tensor = new DenseTensor<float>(pictures.SelectMany(p => p.Features).ToArray(), [pictures.Count, .. input[1..]]);
        using var results = session.Run([NamedOnnxValue.CreateFromTensor("Features", tensor)]);
        ComponentChecks.ValuesAreClose(model.Transform(view).Floats("Out"), [.. results[0].AsTensor<float>().Chunk(9)], 1e-4);
    }

    [Fact]
    public void A_model_that_was_loaded_is_exported_when_it_is_restored()
    {
        var model = ml.Transforms.NormalizeMinMax("Features").Append(ml.Transforms.SparseNmf("Parts", "Features", 3)).Fit(data);
        using var session = Exported(ml.Restored(model, data), "Parts");
        Agree(session, model, "Parts");
        using var stream = ml.Saved(model, data);
        var error = Assert.Throws<NotSupportedException>(() => Exported(ml.Model.Load(stream, out _), "Parts"));
        Assert.Contains("RestoreGspMl", error.Message);
    }

    [Fact]
    public void A_step_that_has_no_conversion_is_named_unless_nothing_needs_it()
    {
        var model = ml.Transforms.Text.NormalizeText("Plain", "Kind")
            .Append(ml.Transforms.CustomMapping<InOut, InOut>((from, to) => to.Features = [.. from.Features.Select(v => 2 * v)], null))
            .Append(ml.Transforms.SparseNmf("Parts", "Features", 3))
            .Append(ml.Transforms.NormalizeMinMax("Aged", "Age"))
            .Fit(data);
        var error = Assert.Throws<NotSupportedException>(() => Exported(model, "Parts"));
        Assert.Contains("CustomMappingTransformer", error.Message);
        Assert.Contains("'Features'", error.Message);
        Assert.Contains("'Plain'", Assert.Throws<NotSupportedException>(() => Exported(model, "Plain")).Message);
        using var session = Exported(model, "Aged");
        AgreeSingle(session, model, "Aged");
    }

    [Fact]
    public void Nothing_is_written_where_nothing_can_be()
    {
        var model = ml.Transforms.SparseNmf("Parts", "Features", 3).Fit(data);
        using var stream = new MemoryStream();
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => ml.Model.ExportToOnnx(model, data.Schema, stream, "Part"));
        Assert.Contains("'Part'", error.Message);
        Assert.Contains("Parts", error.Message);
        Assert.Equal(0, stream.Length);
    }

    [Fact]
    public void A_file_gets_what_a_stream_gets()
    {
        var model = ml.Transforms.SparseNmf("Parts", "Features", 3).Fit(data);
        var file = Path.GetTempFileName();
        try
        {
            using var stream = new MemoryStream();
            ml.Model.ExportToOnnx(model, data.Schema, stream);
            ml.Model.ExportToOnnx(model, data.Schema, file);
            Assert.Equal(stream.ToArray(), File.ReadAllBytes(file));
        }
        finally
        {
            File.Delete(file);
        }
    }

    private InferenceSession Exported(ITransformer model, params string[] columns) => Exported(model, data.Schema, columns);

    private InferenceSession Exported(ITransformer model, DataViewSchema schema, params string[] columns)
    {
        using var stream = new MemoryStream();
        ml.Model.ExportToOnnx(model, schema, stream, columns);
        return new(stream.ToArray());
    }

    private void Agree(InferenceSession session, ITransformer model, params string[] columns)
    {
        using var results = Run(session);
        foreach (var column in columns)
        {
            var expected = model.Transform(data).Floats(column);
            var actual = results.Single(result => result.Name == column + ".output").AsTensor<float>();
            ComponentChecks.ValuesAreClose(expected, [.. actual.Chunk(expected[0].Length)], 1e-4);
        }
    }

    private void AgreeSingle(InferenceSession session, ITransformer model, params string[] columns)
    {
        using var results = Run(session);
        foreach (var column in columns)
        {
            var expected = model.Transform(data).GetColumn<float>(column);
            var actual = results.Single(result => result.Name == column + ".output").AsTensor<float>();
            Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
        }
    }

    private IDisposableReadOnlyCollection<DisposableNamedOnnxValue> Run(InferenceSession session)
    {
        var inputs = new Dictionary<string, NamedOnnxValue>
        {
            ["Features"] = NamedOnnxValue.CreateFromTensor("Features", Tensor(rows.SelectMany(row => row.Features))),
            ["Age"] = NamedOnnxValue.CreateFromTensor("Age", Tensor(rows.Select(row => row.Age))),
            ["Kind"] = NamedOnnxValue.CreateFromTensor("Kind", Tensor(rows.Select(row => row.Kind))),
        };
        return session.Run([.. session.InputNames.Select(name => inputs[name])]);
    }

    private DenseTensor<T> Tensor<T>(IEnumerable<T> values)
    {
        T[] all = [.. values];
        return new(all, [rows.Length, all.Length / rows.Length]);
    }

    private sealed class Row
    {
        [VectorType(6)] public float[] Features { get; set; } = [];

        public float Age { get; set; }

        public bool Label { get; set; }

        public string Kind { get; set; } = "";
    }

    private sealed class InOut
    {
        [VectorType(6)] public float[] Features { get; set; } = [];
    }

    private sealed class Picture
    {
        [VectorType(3, 3)] public float[] Features { get; set; } = [];
    }
}
