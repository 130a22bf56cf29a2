using GspMl.Onnx.Proto;
using GspMl.Onnx.Tests.Building;
using GspMl.Projection;
using static GspMl.Onnx.Tests.Building.GraphBuilder;

namespace GspMl.Onnx.Tests.Evaluation.Layers;

public sealed class LayerDriftTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    // x = (1, 1). Dense: (2, 2), then (2, 2). Pruned: the first layer loses its second weight, (2, 0); the second its first, (0, 0).
    // On its own, the second layer makes (0, 2) of (2, 2); the dense one makes (2, 0) of (2, 0).
    [Fact]
    public void Own_and_inherited_errors_are_as_by_hand()
    {
        using var dense = TwoLayers("dense", [2, 0, 0, 2], [1, 0, 0, 1]);
        using var pruned = TwoLayers("pruned", [2, 0, 0, 0], [0, 0, 0, 1]);

        var layers = ModelEvaluator.CompareLayers(dense, pruned, new([InputTensor.Create("x", new float[] { 1, 1 }, 1, 2)]));

        var half = Math.Sqrt(0.5);
        Assert.Equal(["first", "second"], layers.Select(layer => layer.Weight));
        AssertErrors((0, 0, half, half), layers[0]);
        AssertErrors((half, half, half, 1), layers[1]);
        Assert.All(layers, layer => Assert.Null(layer.Note));
    }

    [Theory]
    [InlineData("lenet5")]
    [InlineData("resnet14_bn")]
    [InlineData("vit_tiny")]
    public void A_model_drifts_nowhere_from_itself(string name)
    {
        using var model = OnnxModel.Load(ShippedModels.PathOf($"{name}.onnx"));

        var layers = ModelEvaluator.CompareLayers(model, model, ShippedModels.Digits(10));

        Assert.Equal(model.Weights.Count, layers.Count);
        // Not exactly: ONNX Runtime fuses a layer that stands alone with nothing.
        Assert.All(layers, layer => Assert.True(layer is { Input: < 1e-5, Inherited: < 1e-5, Own: < 1e-5, Total: < 1e-5 }, $"{layer}"));
    }

    [Fact]
    public void The_errors_do_not_depend_on_the_batches()
    {
        using var dense = OnnxModel.Load(ShippedModels.PathOf("lenet5.onnx"));
        using var pruned = ModelPruner.Prune(dense, new() { Target = SparsityTarget.Zeros(0.7), Values = WeightValues.Original }).Model;

        IReadOnlyList<LayerDrift> Of(int batch)
            => ModelEvaluator.CompareLayers(dense, pruned, ShippedModels.Digits(30), new() { BatchSize = batch });

        Assert.All(Of(7).Zip(Of(30)), pair =>
        {
            Assert.Equal(pair.First.Own!.Value, pair.Second.Own!.Value, 1e-5);
            Assert.Equal(pair.First.Inherited!.Value, pair.Second.Inherited!.Value, 1e-5);
        });
        Assert.All(Of(30), layer => Assert.True(layer.Own > 0.05, $"{layer}"));
    }

    // Two rows of (1, 0) err by nothing, three of (0, 1) wholly: of all squares 4 · 3 / (4 · 5). A filled-up batch would count the last
    // row more.
    [Theory]
    [InlineData("n")]
    [InlineData(4)]
    public void Rows_that_only_fill_a_fixed_batch_up_do_not_count(object batch)
    {
        using var dense = TwoLayers("dense", [2, 0, 0, 2], [1, 0, 0, 1], batch);
        using var pruned = TwoLayers("pruned", [2, 0, 0, 0], [1, 0, 0, 1], batch);

        var layers = ModelEvaluator.CompareLayers(dense, pruned,
            new([InputTensor.Create("x", new float[] { 1, 0, 1, 0, 0, 1, 0, 1, 0, 1 }, 5, 2)]));

        Assert.Equal(Math.Sqrt(3 / 5.0), layers[0].Own!.Value, 1e-6);
        Assert.Equal(Math.Sqrt(3 / 5.0), layers[1].Inherited!.Value, 1e-6);
    }

    [Fact]
    public void Double_values_are_compared_too()
    {
        OnnxModel Of(string file, params double[] weights)
        {
            var tensor = Shaped("w", TensorProto.Types.DataType.Double, 2, 2);
            tensor.DoubleData.Add(weights);
            return OnnxModel.Load(new GraphBuilder().Input("x", TensorProto.Types.DataType.Double, "n", 2)
                .Output("y", TensorProto.Types.DataType.Double, "n", 2).Initializer(tensor)
                .Node("MatMul", ["x", "w"], ["y"]).Save(folder[file]));
        }
        using OnnxModel dense = Of("dense", 3, 0, 0, 4), pruned = Of("pruned", 0, 0, 0, 4);

        var layer = Assert.Single(ModelEvaluator.CompareLayers(dense, pruned, new([InputTensor.Create("x", new double[] { 1, 1 }, 1, 2)])));

        AssertErrors((0, 0, 0.6, 0.6), layer);
    }

    [Fact]
    public void The_last_layers_total_is_the_error_of_the_output()
    {
        using var dense = OnnxModel.Load(ShippedModels.PathOf("lenet300.onnx"));
        using var pruned = ModelPruner.Prune(dense, new() { Target = SparsityTarget.Zeros(0.7), Values = WeightValues.Original }).Model;

        var options = new EvaluationOptions { LatencyRuns = 0, Tasks = [new(null, OutputTask.Regression)] };
        var both = ModelEvaluator.Compare(dense, pruned, ShippedModels.Digits(50), options);
        var layers = ModelEvaluator.CompareLayers(dense, pruned, ShippedModels.Digits(50));

        Assert.Equal(both.Judgements[0].Regression!.Relative.Value, layers[^1].Total!.Value, 1e-5);
    }

    [Fact]
    public void Layers_of_other_shapes_are_compared_as_far_as_they_agree()
    {
        using var dense = OnnxModel.Load(ShippedModels.PathOf("lenet300.onnx"));
        using var smaller = ModelShrinker.Shrink(dense, new() { Target = ShrinkTarget.Macs(0.5) }).Model;

        var layers = ModelEvaluator.CompareLayers(dense, smaller, ShippedModels.Digits(10));

        Assert.Equal((null, "the two put out tensors of different shapes"), (layers[0].Total, layers[0].Note));
        Assert.Equal((null, null, "the two read tensors of different shapes"), (layers[2].Own, layers[2].Inherited, layers[2].Note));
        Assert.True(layers[2].Total > 0);
    }

    [Fact]
    public void A_layer_without_a_counterpart_says_so()
    {
        using var dense = TwoLayers("dense", [2, 0, 0, 2], [1, 0, 0, 1]);
        using var other = OnnxModel.Load(new GraphBuilder().Input("x", "n", 2).Output("y", "n", 2)
            .Initializer(Floats("w", [1, 2, 3, 4], 2, 2)).Node("MatMul", ["x", "w"], ["y"]).Save(folder["other"]));

        var layers = ModelEvaluator.CompareLayers(dense, other, new([InputTensor.Create("x", new float[] { 1, 1 }, 1, 2)]));

        Assert.Equal("the other model has no layer of this name", layers[0].Note);
        Assert.Null(layers[0].Total);
    }

    private static void AssertErrors((double Input, double Inherited, double Own, double Total) expected, LayerDrift layer)
    {
        Assert.Equal(expected.Input, layer.Input!.Value, 1e-6);
        Assert.Equal(expected.Inherited, layer.Inherited!.Value, 1e-6);
        Assert.Equal(expected.Own, layer.Own!.Value, 1e-6);
        Assert.Equal(expected.Total, layer.Total!.Value, 1e-6);
    }

    private OnnxModel TwoLayers(string file, float[] first, float[] second, object? batch = null)
        => OnnxModel.Load(new GraphBuilder().Input("x", batch ?? "n", 2).Output("y", batch ?? "n", 2)
            .Initializer(Floats("first", first, 2, 2))
            .Initializer(Floats("second", second, 2, 2)).Node("MatMul", ["x", "first"], ["h"]).Node("MatMul", ["h", "second"], ["y"])
            .Save(folder[file]));
}
