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
    [InlineData(Number.Float16, StoredAs.Raw)]
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
}
