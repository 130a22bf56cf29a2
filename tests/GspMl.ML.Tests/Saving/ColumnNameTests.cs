using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace GspMl.ML.Tests.Saving;

/// <summary>A user's column may be called whatever a graph or a saved model calls something inside.</summary>
public class ColumnNameTests
{
    private readonly MLContext ml = new(seed: 1);
    private readonly float[][] rows = GeneratedData.Matrix(20, 6, 1, r => (float)r.NextDouble());

    public static TheoryData<string> Names() =>
    [
        "gspml-input-0", "gspml-output-0", "v0", "v1", "gspml.basis", "gspml.basis'", "gspml.shape.Out", "copy-0", "mlnet.x", "x.output",
        "ä b/c",
    ];

    [Theory]
    [MemberData(nameof(Names))]
    public void As_input_and_output_saved_loaded_and_restored(string name)
    {
        (string Output, string Input, IEstimator<ITransformer> Component)[] all =
        [
            (name, "Features", ml.Transforms.SparseNmf(name, "Features", 3)),
            ("Out", name, ml.Transforms.GspProjection("Out", name)),
            (name, name, ml.Transforms.RowGroupProjection(name, name, [3, 3])),
        ];
        foreach (var (output, input, component) in all)
        {
            var data = ml.Vectors(rows, column: input);
            var model = component.Fit(data);
            ComponentChecks.SavedAndLoaded(model, data, [output], 1e-4);
            Assert.Equal(model.Transform(data).Floats(output), ml.Restored(model, data).Transform(data).Floats(output));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void In_an_exported_graph(string name)
    {
        foreach (var (output, input) in new[] { (name, "Features"), ("Out", name) })
        {
            var data = ml.Vectors(rows, column: input);
            var model = ml.Transforms.SparseNmf(output, input, 3).Fit(data);
            using var stream = new MemoryStream();
            model.ExportToOnnx(stream);
            using var session = new InferenceSession(stream.ToArray());
            var tensor = new DenseTensor<float>(rows.SelectMany(row => row).ToArray(), [20, 6]);
            using var results = session.Run([NamedOnnxValue.CreateFromTensor(input, tensor)]);
            ComponentChecks.ValuesAreClose(model.Transform(data).Floats(output), [.. results[0].AsTensor<float>().Chunk(3)], 1e-4);
        }
    }

    /// <summary>The columns beside those of the component stay what they are.</summary>
    [Fact]
    public void Beside_a_component_that_is_loaded()
    {
        var data = ml.Vectors(rows);
        foreach (var name in new[] { "gspml-input-0", "gspml-output-0", "copy-0", "v0" })
        {
            var beside = ml.Transforms.CopyColumns(name, "Number").Fit(data).Transform(data);
            var model = ml.Transforms.GspProjection("Features").Fit(beside);
            var loaded = ml.Model.Load(ml.Saved(model, beside), out _);
            foreach (var each in new[] { model, loaded, ml.Restored(model, beside) })
                Assert.Equal(beside.GetColumn<float>("Number"), each.Transform(beside).GetColumn<float>(name));
        }
    }
}
