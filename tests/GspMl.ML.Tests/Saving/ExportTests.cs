using Microsoft.ML;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace GspMl.ML.Tests.Saving;

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
        Check(ml.Transforms.GspProjection("Out", "Features", [5, 3], sparsity: 0.7).Fit(ml.Vectors(rows)));

    [Fact]
    public void A_replaced_column_cannot_be_exported()
    {
        var model = ml.Transforms.GspProjection("Features", sparsity: 0.7).Fit(ml.Vectors(rows));
        using var stream = new MemoryStream();
        var error = Assert.Throws<InvalidOperationException>(() => model.ExportToOnnx(stream));
        Assert.Contains("'Features'", error.Message);
        Assert.Equal(0, stream.Length);
    }

    private void Check(RowToRowTransformer model)
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
