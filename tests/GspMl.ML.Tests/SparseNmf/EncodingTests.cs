using GspMl.LinearAlgebra;
using Microsoft.ML;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace GspMl.ML.Tests.SparseNmf;

/// <summary>The saved encoding, an iteration in a graph, against the exact one.</summary>
public class EncodingTests(ITestOutputHelper output)
{
    private const int Slots = 40;

    [Theory]
    [InlineData(5, 0.0)]
    [InlineData(5, 0.9)]
    [InlineData(10, 0.99)]
    [InlineData(10, 0.999)]
    [InlineData(20, 0.9999)]
    [InlineData(20, 0.99999)]
    public void Agrees_for_well_and_ill_conditioned_components(int rank, double likeness)
    {
        var model = Model(Alike(rank, likeness));
        var rows = GeneratedData.Matrix(50, Slots, 9, r => (float)r.NextDouble());
        var (exact, saved) = (Exact(model, rows), Saved(model, rows));
        var posed = $"condition {model.Encoding.ConditionNumber:G3}, ridge {model.Encoding.Ridge:G3}";
        var work = $"at most {model.Encoding.SavedIterations} iterations";
        output.WriteLine($"{posed}, {work}; greatest relative difference {Difference(exact, saved):G3}");
        ComponentChecks.ValuesAreClose(exact, saved, 1e-4);
        ComponentChecks.SavedAndLoaded(model, new MLContext().Vectors(rows), ["Parts"], 1e-4);
    }

    [Fact]
    public void Agrees_where_components_are_equal_or_empty()
    {
        var basis = Alike(6, 0.5);
        for (var j = 0; j < Slots; j++) (basis[j, 1], basis[j, 4]) = (basis[j, 0], 0);
        var model = Model(basis);
        Assert.True(model.Encoding.Ridge > 0);
        Assert.Equal(1, model.EmptyComponents);
        var rows = GeneratedData.Matrix(50, Slots, 9, r => (float)r.NextDouble());
        rows[7] = new float[Slots];
        var (exact, saved) = (Exact(model, rows), Saved(model, rows));
        ComponentChecks.ValuesAreClose(exact, saved, 1e-4);
        Assert.All(exact, row => Assert.Equal(0, row[4]));
        Assert.All(exact, row => Assert.Equal(row[0], row[1], 1e-3f));
        Assert.Equal(new float[6], exact[7]);
    }

    [Fact]
    public void A_well_conditioned_basis_has_no_ridge() => Assert.Equal(0, Model(Alike(5, 0.5)).Encoding.Ridge);

    [Theory]
    [InlineData(1e-20f)]
    [InlineData(1e20f)]
    public void Agrees_at_any_scale_of_the_rows(float scale)
    {
        var model = Model(Alike(8, 0.9));
        var rows = GeneratedData.Matrix(20, Slots, 9, r => scale * (float)r.NextDouble());
        ComponentChecks.ValuesAreClose(Exact(model, rows), Saved(model, rows), 1e-4);
    }

    /// <summary>Components that share a part: their Gram matrix has the condition number (1 + (rank − 1)·c)/(1 − c) or so.</summary>
    private static DenseMatrix<float> Alike(int rank, double likeness)
    {
        var random = new Random(4);
        var shared = Enumerable.Range(0, Slots).Select(_ => random.NextDouble()).ToArray();
        var basis = new DenseMatrix<float>(Slots, rank);
        for (var j = 0; j < Slots; j++)
            for (var k = 0; k < rank; k++) basis[j, k] = (float)((likeness * shared[j]) + ((1 - likeness) * random.NextDouble()));
        return basis;
    }

    private static SparseNmfTransformer Model(DenseMatrix<float> basis)
    {
        var result = new Factorization.NmfResult<float> { Basis = basis };
        return new(SparseNmfModel.Of("Parts", "Features", [], result));
    }

    private static float[][] Exact(SparseNmfTransformer model, float[][] rows) => [.. rows.Select(row =>
    {
        var coefficients = new float[model.Rank];
        model.Encode(row, coefficients);
        return coefficients;
    })];

    /// <summary>The exported graph, run on all rows at once by ONNX Runtime itself.</summary>
    private static float[][] Saved(SparseNmfTransformer model, float[][] rows)
    {
        using var stream = new MemoryStream();
        model.ExportToOnnx(stream);
        using var session = new InferenceSession(stream.ToArray());
        var input = new DenseTensor<float>(rows.SelectMany(row => row).ToArray(), [rows.Length, Slots]);
        using var results = session.Run([NamedOnnxValue.CreateFromTensor("Features", input)]);
        return [.. results[0].AsTensor<float>().ToArray().Chunk(model.Rank)];
    }

    private static double Difference(float[][] expected, float[][] actual) =>
        expected.Zip(actual).Max(rows => rows.First.Zip(rows.Second).Max(pair => Math.Abs(pair.First - pair.Second)) / rows.First.Max());
}
