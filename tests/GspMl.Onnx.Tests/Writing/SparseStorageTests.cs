using GspMl.Onnx.Proto;
using GspMl.Onnx.Tests.Building;
using GspMl.Onnx.Tests.Coverage;
using GspMl.Projection;
using static GspMl.Onnx.Tests.Building.GraphBuilder;

namespace GspMl.Onnx.Tests.Writing;

public sealed class SparseStorageTests : IDisposable
{
    private static readonly SaveOptions Sparse = new() { Storage = WeightStorage.Sparse };
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_sparse_file_is_smaller_and_computes_the_same()
    {
        using var dense = OnnxModel.Load(ShippedModels.PathOf("lenet300.onnx"));
        using var pruned = ModelPruner.Prune(dense, new() { Target = SparsityTarget.Zeros(0.8), Values = WeightValues.Original }).Model;
        pruned.Save(folder["dense.onnx"]);
        pruned.Save(folder["sparse.onnx"], Sparse);

        Assert.InRange(new FileInfo(folder["sparse.onnx"]).Length, 1, 0.4 * new FileInfo(folder["dense.onnx"]).Length);
        using var sparse = OnnxModel.Load(folder["sparse.onnx"]);
        var comparison = ModelEvaluator.Compare(pruned, sparse, ShippedModels.Digits(100), new() { LatencyRuns = 0 });
        Assert.Equal((1.0, 0.0), (comparison.Agreement, comparison.MaxDifference));
        Assert.Equal(3, sparse.Skipped.Count(s => s.Reason == "it is stored sparse"));
    }

    [Fact]
    public void Indices_are_sorted_unique_and_packed()
    {
        using var dense = OnnxModel.Load(ShippedModels.PathOf("lenet300.onnx"));
        using var pruned = ModelPruner.Prune(dense, new() { Target = SparsityTarget.Zeros(0.9) }).Model;
        pruned.Save(folder["sparse.onnx"], Sparse);
        var written = ModelProto.Parser.ParseFrom(File.ReadAllBytes(folder["sparse.onnx"])).Graph.SparseInitializer;
        Assert.All(written, sparse =>
        {
            Assert.False(sparse.Indices.HasRawData);
            Assert.Equal(sparse.Indices.Int64Data.Distinct().Order(), sparse.Indices.Int64Data);
            Assert.Equal(sparse.Indices.Int64Data.Count, sparse.Values.RawData.Length / 4);
        });
    }

    [Fact]
    public void Weights_that_would_not_be_smaller_stay_dense()
    {
        using var dense = OnnxModel.Load(ShippedModels.PathOf("lenet300.onnx"));
        dense.Save(folder["sparse.onnx"], Sparse);
        Assert.Equal(File.ReadAllBytes(dense.Path), File.ReadAllBytes(folder["sparse.onnx"]));
    }

    [Theory]
    [InlineData(Number.Float32, StoredAs.TypedPacked)]
    [InlineData(Number.Float64, StoredAs.Raw)]
    [InlineData(Number.Float64, StoredAs.TypedPacked)]
    [InlineData(Number.Float16, StoredAs.Raw)]
    [InlineData(Number.Float16, StoredAs.TypedPacked)]
    public void Every_number_type_and_typed_storage_can_be_sparse(Number type, StoredAs stored)
    {
        var builder = new GraphBuilder().Input("x", 3, 40).Output("y", 3, 50);
        StoredWeight.Add(builder, [.. Random(2000).Select(v => StoredWeight.Rounded(type, v))], [40, 50], type, stored, folder.Path);
        builder.Node("MatMul", ["x", "w"], ["y"]);
        using var model = OnnxModel.Load(builder.Save(folder["model.onnx"]));
        using var pruned = ModelPruner.Prune(model, new() { Target = SparsityTarget.Zeros(0.9) }).Model;
        pruned.Save(folder["sparse.onnx"], Sparse);

        using var sparse = OnnxModel.Load(folder["sparse.onnx"]);
        Assert.Empty(sparse.Weights);
        var data = new EvaluationData([InputTensor.Create("x", Random(120), 3, 40)]);
        Assert.Equal(0, ModelEvaluator.Compare(pruned, sparse, data, new() { LatencyRuns = 0 }).MaxDifference);
    }

    [Fact]
    public void Zeros_with_a_sign_and_the_smallest_numbers_keep_their_bits()
    {
        var values = new float[2000];
        (values[0], values[7], values[1999]) = (-0f, float.Epsilon, 1);
        using var model = Layer(Floats("w", values, 40, 50));
        model.Save(folder["sparse.onnx"], Sparse);

        using var sparse = OnnxModel.Load(folder["sparse.onnx"]);
        Assert.Equal([0, 7, 1999], Assert.Single(sparse.Proto.Graph.SparseInitializer).Indices.Int64Data);
        var dense = sparse.Dense();
        Assert.Equal(model.Elements.Bytes(model.Weights[0].Location).ToArray(), dense.Elements.Bytes(dense.Weights[0].Location).ToArray());
    }

    [Fact]
    public void A_weight_that_an_input_may_override_and_one_in_a_file_of_its_own_stay_dense()
    {
        var values = new float[2000];
        values[3] = 1;
        using var overridden = Layer(Floats("w", values, 40, 50), builder => builder.Input("w", 40, 50));
        overridden.Save(folder["sparse.onnx"], Sparse);
        Assert.Equal(File.ReadAllBytes(overridden.Path), File.ReadAllBytes(folder["sparse.onnx"]));

        var external = Outside(Shaped("w", TensorProto.Types.DataType.Float, 40, 50), "w.bin");
        File.WriteAllBytes(folder["w.bin"], Floats("w", values, 40, 50).RawData.ToByteArray());
        using var outside = Layer(external);
        outside.Save(folder["sparse.onnx"], Sparse);
        using var written = OnnxModel.Load(folder["sparse.onnx"]);
        Assert.Empty(written.Proto.Graph.SparseInitializer);
        Assert.Equal(values, written.Elements.Values<float>(written.Weights[0].Location));
    }

    /// <summary>Readers know sparse initializers of the main graph, and those of floating-point numbers.</summary>
    [Fact]
    public void Weights_of_a_branch_and_weights_of_bytes_stay_dense()
    {
        var values = new float[2000];
        values[3] = 1;
        var branch = new GraphBuilder().Output("h", 3, 50).Initializer(Floats("w", values, 40, 50)).Node("MatMul", ["x", "w"], ["h"]).Graph;
        branch.Name = "branch";
        AssertStaysDense(new GraphBuilder().Input("x", 3, 40).Input("c", TensorProto.Types.DataType.Bool).Output("y", 3, 50)
            .Node("If", ["c"], ["y"], Attribute("then_branch", branch), Attribute("else_branch", branch)));

        var bytes = Shaped("q", TensorProto.Types.DataType.Int8, 40, 50);
        bytes.RawData = Google.Protobuf.ByteString.CopyFrom(new byte[2000]);
        AssertStaysDense(new GraphBuilder().Input("x", 3, 40).Output("y", 3, 50).Initializer(bytes).Initializer(Floats("scale", [0.5f]))
            .Node("DequantizeLinear", ["q", "scale"], ["w"]).Node("MatMul", ["x", "w"], ["y"]));
    }

    [Fact]
    public void A_stream_gets_the_bytes_that_a_file_gets()
    {
        var values = new float[2000];
        values[3] = 1;
        using var model = Layer(Floats("w", values, 40, 50));
        foreach (var options in new[] { Sparse, Sparse with { CheckLoads = false }, new SaveOptions { CheckLoads = false } })
        {
            model.Save(folder["file.onnx"], options);
            using var stream = new MemoryStream();
            model.Save(stream, options);
            Assert.Equal(File.ReadAllBytes(folder["file.onnx"]), stream.ToArray());
        }
    }

    [Fact]
    public void One_value_more_than_pays_stays_dense()
    {
        // Dense, a tensor of n numbers takes 4·n bytes and a head; sparse, 4 bytes and an index of one or two for each value.
        for (var kept = 60; kept <= 100; kept++)
        {
            var values = new float[120];
            for (var i = 0; i < kept; i++) values[i] = i + 1;
            using var model = Layer(Floats("w", values, 10, 12), columns: 12);
            model.Save(folder["sparse.onnx"], Sparse);
            Assert.True(new FileInfo(folder["sparse.onnx"]).Length <= new FileInfo(model.Path).Length, $"{kept} of 120 kept");
        }
    }

    private void AssertStaysDense(GraphBuilder builder)
    {
        using var model = OnnxModel.Load(builder.Save(folder["layer.onnx"]));
        Assert.NotEmpty(model.Weights);
        model.Save(folder["sparse.onnx"], Sparse);
        Assert.Equal(File.ReadAllBytes(model.Path), File.ReadAllBytes(folder["sparse.onnx"]));
    }

    private OnnxModel Layer(TensorProto weight, Action<GraphBuilder>? more = null, int columns = 50)
    {
        var builder = new GraphBuilder().Input("x", 3, (int)weight.Dims[0]).Output("y", 3, columns).Initializer(weight)
            .Node("MatMul", ["x", "w"], ["y"]);
        more?.Invoke(builder);
        return OnnxModel.Load(builder.Save(folder["layer.onnx"]));
    }
}
