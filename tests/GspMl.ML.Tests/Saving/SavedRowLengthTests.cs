using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using static GspMl.ML.Tests.Rows.RaggedRows;

namespace GspMl.ML.Tests.Saving;

/// <summary>
/// A saved model refuses the rows that the component refuses. Turned back into the component it says the same; left as ML.NET's ONNX
/// transformer it is ML.NET that refuses a row whose length is not that of the graph's input, which is why the graph's shape is fixed.
/// </summary>
public class SavedRowLengthTests
{
    private readonly MLContext ml = new(seed: 1);

    public static TheoryData<string, string> Transforms() => Rows.RowReaderTests.Transforms();

    public static TheoryData<string, string> Arrays() => Rows.RowReaderTests.Arrays();

    [Theory]
    [MemberData(nameof(Transforms))]
    public void Turned_back_into_the_component_it_says_the_same(string component, string row)
    {
        var restored = ml.Restored(Components[component](ml).Fit(Data(ml)), Data(ml));
        var data = Data(ml, at: 3, other: Vectors[row]);
        var error = Assert.Throws<InvalidOperationException>(() => restored.Transform(data).Floats(Output(component)));
        IsNamed(error, 3, Vectors[row].Length);
    }

    [Theory]
    [MemberData(nameof(Transforms))]
    public void ML_NET_s_own_transformer_refuses_it(string component, string row)
    {
        var transformed = Loaded(component).Transform(Data(ml, at: 3, other: Vectors[row]));
        Assert.Contains($"({Vectors[row].Length})", Innermost(Record.Exception(() => transformed.Floats(Output(component)))));
    }

    [Theory]
    [MemberData(nameof(Arrays))]
    public void ML_NET_s_own_transformer_refuses_it_in_a_prediction_engine(string component, string row)
    {
        var engine = ml.Model.CreatePredictionEngine<Row, Projected>(new TransformerChain<ITransformer>(
            Loaded(component), ml.Transforms.CopyColumns("Features", Output(component)).Fit(Loaded(component).Transform(Data(ml)))));
        engine.Predict(new() { Features = [1, 2, 3, 4] });
        var other = row == "null" ? null : Vectors[row].GetValues().ToArray();
        Assert.Contains($"({Vectors[row].Length})", Innermost(Record.Exception(() => engine.Predict(new() { Features = other }))));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(8)]
    public void Data_whose_column_has_another_size_are_refused(int size)
    {
        foreach (var component in Components.Keys)
        {
            var loaded = Loaded(component);
            var data = ml.Vectors(GeneratedData.Matrix(3, size, 1, r => (float)r.NextDouble()));
            Assert.NotNull(Record.Exception(() => loaded.Transform(data).Floats(Output(component))));
            var restored = ml.Restored(Components[component](ml).Fit(Data(ml)), Data(ml));
            Assert.Throws<ArgumentOutOfRangeException>(() => restored.Transform(data));
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(8)]
    public void An_exported_model_refuses_rows_of_another_length(int size)
    {
        foreach (var component in new[] { "projection", "projection by row", "factorisation" })
        {
            using var stream = new MemoryStream();
            Assert.IsAssignableFrom<IOnnxExportable>(Components[component](ml).Fit(Data(ml))).ExportToOnnx(stream);
            using var session = new InferenceSession(stream.ToArray());
            var input = NamedOnnxValue.CreateFromTensor("Features", new DenseTensor<float>(new float[size], [1, size]));
            Assert.Throws<OnnxRuntimeException>(() => session.Run([input]));
        }
    }

    private static string Innermost(Exception? exception)
    {
        Assert.NotNull(exception);
        return exception.InnerException is { } inner ? Innermost(inner) : exception.Message;
    }

    private ITransformer Loaded(string component)
    {
        var data = Data(ml);
        using var stream = new MemoryStream();
        ml.Model.Save(Components[component](ml).Fit(data), data.Schema, stream);
        stream.Position = 0;
        return ml.Model.Load(stream, out _);
    }
}
