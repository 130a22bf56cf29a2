using GspMl.Onnx;
using GspMl.Onnx.Proto;
using GspMl.Onnx.Tests.Building;
using GspMl.Projection;
using static GspMl.Onnx.Tests.Building.GraphBuilder;

namespace GspMl.Training.Tests;

/// <summary>Weights that are stored sparse are trained as dense ones are, and stored as they were.</summary>
public sealed class SparseStorageTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_model_that_is_stored_sparse_is_trained_as_its_dense_form_is()
    {
        using var dense = Digits.Model("lenet300");
        using var pruned = ModelPruner.Prune(dense, PruningOptions.Fast(SparsityTarget.Zeros(0.9))).Model;
        pruned.Save(folder["sparse.onnx"], new() { Storage = WeightStorage.Sparse });
        using var sparse = OnnxModel.Load(folder["sparse.onnx"]);

        var (expected, found) = (ModelTuner.Tune(pruned, Digits.Short(dense)), ModelTuner.Tune(sparse, Digits.Short(dense)));

        Assert.Equal(expected.Report.Trained, found.Report.Trained);
        Assert.Empty(found.Report.LeftAlone);
        found.Model.Save(folder["tuned.onnx"]);
        using var tuned = OnnxModel.Load(folder["tuned.onnx"]);
        Assert.Equal(Names(sparse), Names(tuned));
        Assert.Equal(new FileInfo(folder["sparse.onnx"]).Length, new FileInfo(folder["tuned.onnx"]).Length);
        Assert.Equal(Digits.Weights(expected.Model), Digits.Weights(tuned.Dense()));
        Assert.NotEqual(Digits.Weights(pruned), Digits.Weights(tuned.Dense()));
        Assert.Equal(0, ModelEvaluator.Compare(expected.Model, tuned, Digits.Few(), new() { LatencyRuns = 0 }).MaxDifference);
    }

    [Fact]
    public void Where_zeros_rise_more_of_a_sparse_tensor_is_left_out()
    {
        using var dense = Digits.Model("lenet300");
        using var pruned = ModelPruner.Prune(dense, PruningOptions.Fast(SparsityTarget.Zeros(0.8))).Model;
        pruned.Save(folder["sparse.onnx"], new() { Storage = WeightStorage.Sparse });
        using var sparse = OnnxModel.Load(folder["sparse.onnx"]);

        using var tuned = ModelTuner.Tune(sparse, Digits.Short(dense) with { Sparsity = TuningSparsity.Rising(0.95, every: 2) }).Model;

        var kept = tuned.Proto.Graph.SparseInitializer.Sum(tensor => tensor.Values.Dims[0]);
        var all = pruned.Weights.Sum(weight => weight.Count);
        Assert.Equal(0.05, kept / (double)all, 0.001);
    }

    [Fact]
    public void External_data_beside_a_sparse_tensor_is_trained_too()
    {
        var sparse = new SparseTensorProto { Values = Floats("first", Random(8), 8), Indices = Integers("", 0, 3, 5, 6, 9, 10, 12, 15) };
        sparse.Dims.Add([4, 4]);
        var second = Outside(Shaped("second", TensorProto.Types.DataType.Float, 4, 3), "second.bin");
        File.WriteAllBytes(folder["second.bin"], Floats("", Random(12, seed: 2), 12).RawData.ToByteArray());
        var builder = new GraphBuilder().Input("x", "n", 4).Output("y", "n", 3).Initializer(second)
            .Node("MatMul", ["x", "first"], ["h"]).Node("Tanh", ["h"], ["a"]).Node("MatMul", ["a", "second"], ["y"]);
        builder.Graph.SparseInitializer.Add(sparse);
        using var model = OnnxModel.Load(builder.Save(folder["model.onnx"]));
        var data = new EvaluationData([InputTensor.Create("x", Random(80), 20, 4)], [.. Enumerable.Range(0, 20).Select(row => row % 3L)]);

        var result = ModelTuner.Tune(model, new() { Data = data, LabelShare = 1, Epochs = 3, HeldBack = 0, MaxThreads = 1 });
        result.Model.Save(folder["tuned.onnx"]);

        Assert.Equal(["first", "second"], result.Report.Trained.Order());
        using var tuned = OnnxModel.Load(folder["tuned.onnx"]);
        Assert.Equal(["first"], Names(tuned));
        Assert.All(Digits.Weights(model.Dense()).Zip(Digits.Weights(tuned.Dense())), pair => Assert.NotEqual(pair.First, pair.Second));
        Assert.NotEqual(File.ReadAllBytes(folder["second.bin"]), File.ReadAllBytes(folder["tuned.onnx.data"]));
    }

    private static IEnumerable<string> Names(OnnxModel model) => model.Proto.Graph.SparseInitializer.Select(tensor => tensor.Values.Name);
}
