using GspMl.Onnx.Proto;
using GspMl.Onnx.Tests.Building;
using GspMl.Projection;
using static GspMl.Onnx.Tests.Building.GraphBuilder;

namespace GspMl.Onnx.Tests.Weights;

/// <summary>Models that are stored sparse are worked with as if they were stored dense.</summary>
public sealed class DenseContentTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Every_element_has_its_value_again()
    {
        using var pruned = Pruned("lenet5.onnx");
        using var sparse = Sparse(pruned);

        var dense = sparse.Dense();

        Assert.Empty(sparse.Weights);
        Assert.Equal(pruned.Weights.Select(weight => weight.Name), dense.Weights.Select(weight => weight.Name));
        Assert.All(pruned.Weights.Zip(dense.Weights), pair =>
            Assert.Equal(pruned.Elements.Bytes(pair.First.Location).ToArray(), dense.Elements.Bytes(pair.Second.Location).ToArray()));
        Assert.Same(dense, dense.Dense());
    }

    [Fact]
    public void Indices_may_be_one_for_each_axis()
    {
        var indices = Integers("", 0, 2, 3, 1);
        indices.Dims.Clear();
        indices.Dims.Add([2, 2]);
        using var model = OnnxModel.Load(Layer(Floats("w", [5, 7], 2), indices));

        var weight = model.Dense().Weights.Single();

        Assert.Equal([0f, 0, 5, 0, 0, 0, 0, 0, 0, 0, 7, 0], model.Dense().Elements.Values<float>(weight.Location));
    }

    [Theory]
    [InlineData("index 12 lies outside its 12 elements", 0L, 12L)]
    [InlineData("index -1 lies outside its 12 elements", -1L, 3L)]
    [InlineData("it has 2 values and 3 indices", 1L, 2L, 3L)]
    public void A_sparse_tensor_that_contradicts_itself_is_named(string message, params long[] indices)
    {
        using var model = OnnxModel.Load(Layer(Floats("w", [5, 7], 2), Integers("", indices)));

        var error = Assert.Throws<OnnxModelException>(model.Dense);

        Assert.EndsWith($"sparse tensor 'w': {message}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_pruning_made_of_its_dense_tensors_stays()
    {
        var path = Layer(Floats("w", [5, 7], 2), Integers("", 2, 10), next: true);
        using var model = OnnxModel.Load(path);
        using var pruned = ModelPruner.Prune(model, new() { Target = SparsityTarget.Zeros(0.5), Values = WeightValues.Original }).Model;

        var dense = pruned.Dense();

        Assert.Equal(pruned.Elements.Values<float>(pruned.Weights.Single().Location),
            dense.Elements.Values<float>(dense.Weights.Single(weight => weight.Name == "v").Location));
    }

    [Fact]
    public void Channels_go_and_are_explained_as_those_of_the_dense_file()
    {
        using var pruned = Pruned("lenet300.onnx");
        using var sparse = Sparse(pruned);
        var options = new ShrinkOptions { Target = ShrinkTarget.Macs(0.5) };

        var (fromDense, _) = ModelShrinker.Shrink(pruned, options);
        var (fromSparse, report) = ModelShrinker.Shrink(sparse, options);

        using var _ = fromDense;
        using var __ = fromSparse;
        Assert.True(report.MacsGone >= 0.5);
        Assert.Equal(0, ModelEvaluator.Compare(fromDense, fromSparse, ShippedModels.Digits(20), new() { LatencyRuns = 0 }).MaxDifference);
        Assert.Contains(ModelShrinker.Explain(sparse, "fc1.weight"), set => set.IsFree);
    }

    [Fact]
    public void Layers_are_compared_on_a_model_that_is_stored_sparse()
    {
        using var pruned = Pruned("lenet300.onnx");
        using var sparse = Sparse(pruned);

        Assert.NotEmpty(ModelEvaluator.CompareLayers(pruned, sparse, ShippedModels.Digits(20)));
        Assert.NotEmpty(ModelEvaluator.CompareLayers(sparse, pruned, ShippedModels.Digits(20)));
    }

    [Fact]
    public void Where_all_weights_are_stored_sparse_pruning_says_so()
    {
        using var pruned = Pruned("lenet300.onnx");
        using var sparse = Sparse(pruned);

        var error = Assert.Throws<NothingMatchedException>(() => ModelPruner.Prune(sparse, new() { Target = SparsityTarget.Zeros(0.95) }));

        Assert.Contains("fc1.weight, fc2.weight, fc3.weight are stored sparse", error.Message, StringComparison.Ordinal);
    }

    private static OnnxModel Pruned(string name)
    {
        using var dense = OnnxModel.Load(ShippedModels.PathOf(name));
        return ModelPruner.Prune(dense, new() { Target = SparsityTarget.Zeros(0.9), Values = WeightValues.Original }).Model;
    }

    private OnnxModel Sparse(OnnxModel model)
    {
        model.Save(folder["sparse.onnx"], new() { Storage = WeightStorage.Sparse });
        return OnnxModel.Load(folder["sparse.onnx"]);
    }

    private string Layer(TensorProto values, TensorProto indices, bool next = false)
    {
        var builder = new GraphBuilder().Input("x", "n", 4).Node("MatMul", ["x", "w"], ["h"]).Output("h", "n", 3);
        if (next)
            builder.Initializer(Floats("v", GraphBuilder.Random(6), 3, 2)).Node("MatMul", ["h", "v"], ["y"]).Output("y", "n", 2);
        var sparse = new SparseTensorProto { Values = values, Indices = indices };
        sparse.Dims.Add([4, 3]);
        builder.Graph.SparseInitializer.Add(sparse);
        return builder.Save(folder["layer.onnx"]);
    }
}
