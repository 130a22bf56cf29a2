using GspMl.Onnx.Proto;
using Microsoft.ML;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace GspMl.ML.Tests.Fitted;

public class ExportTests
{
    private readonly MLContext ml = new(seed: 1);
    private readonly float[][] rows = GeneratedData.Matrix(25, 8, 1, r => r.Next(3) == 0 ? 0 : (float)r.NextDouble());

    [Fact]
    public void An_exported_factorisation_encodes_batches() =>
        Check(ml.Transforms.SparseNmf("Out", "Features", rank: 3, sparsity: 0.5).Fit(ml.Vectors(rows)));

    [Fact]
    public void An_exported_projection_projects_batches() =>
        Check(ml.Transforms.GspProjection("Out", "Features", sparsity: 0.7).Fit(ml.Vectors(rows)));

    [Fact]
    public void An_exported_projection_of_segments_projects_batches() =>
        Check(ml.Transforms.RowGroupProjection("Out", "Features", [5, 3], sparsity: 0.7).Fit(ml.Vectors(rows)));

    /// <summary>ONNX Runtime warns on the console of each constant that nothing uses, whenever a model is loaded.</summary>
    [Fact]
    public void Every_constant_is_used()
    {
        float[] weights = [1, 2, 3, 4, 5, 6, 7, 8];
        IOnnxExportable[] models =
        [
            ml.Transforms.SparseNmf("Out", "Features", rank: 3).Fit(ml.Vectors(rows)),
            ml.Transforms.GspProjection("Out", "Features", weights: weights).Fit(ml.Vectors(rows)),
            ml.Transforms.RowGroupProjection("Out", "Features", [5, 3], weights: weights).Fit(ml.Vectors(rows)),
        ];
        foreach (var model in models)
        {
            using var stream = new MemoryStream();
            model.ExportToOnnx(stream);
            var graph = ModelProto.Parser.ParseFrom(stream.ToArray()).Graph;
            Assert.Empty(graph.Initializer.Select(constant => constant.Name).Except(Used(graph)));
        }
    }

    [Fact]
    public void A_replaced_column_cannot_be_exported()
    {
        var model = ml.Transforms.GspProjection("Features", sparsity: 0.7).Fit(ml.Vectors(rows));
        using var stream = new MemoryStream();
        var error = Assert.Throws<InvalidOperationException>(() => model.ExportToOnnx(stream));
        Assert.Contains("'Features'", error.Message);
        Assert.Equal(0, stream.Length);
    }

    /// <summary>
    /// Why <see cref="IOnnxExportable.ExportToOnnx(Stream)"/> exists: what ML.NET converts of a chain begins after the last component that
    /// its own assemblies do not define, whose column the model then wants as an input, and it says nothing.
    /// </summary>
    [Fact]
    public void ConvertToOnnx_leaves_the_component_and_all_before_it_out_without_a_word()
    {
        var messages = new List<string>();
        var data = ml.Vectors(rows);
        var chain = ml.Transforms.NormalizeMinMax("Scaled", "Features")
            .Append(ml.Transforms.SparseNmf("Parts", "Scaled", rank: 3, sparsity: 0.5))
            .Append(ml.Transforms.NormalizeMinMax("Shares", "Parts"))
            .Fit(data);
        ml.Log += (_, e) => messages.Add(e.RawMessage);
        using var converted = new MemoryStream();
        ml.Model.ConvertToOnnx(chain, data, converted);
        using var session = new InferenceSession(converted.ToArray());
        Assert.Contains("Shares.output", session.OutputNames);
        Assert.Contains("Parts", session.InputNames);
        Assert.Contains("Scaled", session.InputNames);
        Assert.DoesNotContain(messages, message => message.Contains("SparseNmf", StringComparison.Ordinal));
        Assert.Equal(["Parts"], OwnExport(chain.OfType<IOnnxExportable>().Single()));
    }

    /// <summary>The values that nodes read, in loops too.</summary>
    private static IEnumerable<string> Used(GraphProto graph) =>
        graph.Node.SelectMany(node => node.Input.Concat(node.Attribute.Where(each => each.G is not null).SelectMany(each => Used(each.G))));

    private static IReadOnlyList<string> OwnExport(IOnnxExportable model)
    {
        using var stream = new MemoryStream();
        model.ExportToOnnx(stream);
        using var session = new InferenceSession(stream.ToArray());
        return [.. session.OutputNames];
    }

    private void Check(IOnnxExportable model)
    {
        using var stream = new MemoryStream();
        model.ExportToOnnx(stream);
        using var session = new InferenceSession(stream.ToArray());
        foreach (var count in new[] { 1, rows.Length })
        {
            var input = new DenseTensor<float>(rows.Take(count).SelectMany(row => row).ToArray(), [count, 8]);
            using var results = session.Run([NamedOnnxValue.CreateFromTensor("Features", input)]);
            var actual = results[0].AsTensor<float>();
            var expected = model.Transform(ml.Vectors([.. rows.Take(count)])).Floats("Out");
            Assert.Equal([count, expected[0].Length], actual.Dimensions.ToArray());
            ComponentChecks.ValuesAreClose(expected, [.. actual.ToArray().Chunk(expected[0].Length)], 1e-4);
        }
    }
}
