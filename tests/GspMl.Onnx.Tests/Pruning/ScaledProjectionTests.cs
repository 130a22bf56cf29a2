using GspMl.Onnx.Tests.Building;
using GspMl.Projection;

namespace GspMl.Onnx.Tests.Pruning;

public class ScaledProjectionTests
{
    private static readonly PruningOptions Scaled =
        new() { Target = SparsityTarget.Zeros(0.5), Allocation = SparsityAllocation.GspScaled, Values = WeightValues.Original };

    [Fact]
    public void No_layer_is_deleted_where_unscaled_coordinates_delete_one()
    {
        using var model = OnnxModel.Load(ShippedModels.PathOf("lenet5.onnx"));
        var unscaled = ModelPruner.Prune(model, Scaled with { Allocation = SparsityAllocation.Gsp, Group = WeightGroup.Layer }).Report;
        var scaled = ModelPruner.Prune(model, Scaled).Report;
        Assert.Contains(unscaled.Layers, layer => layer.After.Zeros > 0.98);
        Assert.All(scaled.Layers, layer => Assert.InRange(layer.After.Zeros, 0, 0.8));
    }

    [Theory]
    [InlineData("lenet300", 0.5)]
    [InlineData("mobilenet_mini_bn", 0.9)]
    [InlineData("vit_tiny", 0.95)]
    public void The_overall_target_is_met_and_every_layer_keeps_its_floor(string name, double zeros)
    {
        using var model = OnnxModel.Load(ShippedModels.PathOf($"{name}.onnx"));
        var report = ModelPruner.Prune(model, Scaled with { Target = SparsityTarget.Zeros(zeros) }).Report;
        Assert.InRange(report.Zeros, zeros, zeros + 0.002);
        Assert.All(report.Layers, layer => Assert.True(1 - layer.After.Zeros >= 0.39 * (1 - zeros)));
    }

    [Fact]
    public void Kept_weights_keep_their_bits()
    {
        using var model = OnnxModel.Load(ShippedModels.PathOf("lenet300.onnx"));
        using var pruned = ModelPruner.Prune(model, Scaled).Model;
        foreach (var weight in model.Weights)
        {
            var (before, after) = (model.Elements.Values<float>(weight.Location), pruned.Elements.Values<float>(weight.Location));
            for (var i = 0; i < before.Length; i++) Assert.True(after[i] == 0 || after[i] == before[i]);
        }
    }

    [Fact]
    public void A_layer_of_other_units_is_treated_the_same()
    {
        using var folder = new TemporaryFolder();
        var (first, second) = (GraphBuilder.Random(64, 1), GraphBuilder.Random(64, 2));
        using var plain = OnnxModel.Load(TwoLayers(first, second).Save(folder["plain.onnx"]));
        using var mixed = OnnxModel.Load(TwoLayers(first, [.. second.Select(w => w * 1024)]).Save(folder["mixed.onnx"]));
        Assert.Equal(ModelPruner.Prune(plain, Scaled).Report.Layers.Select(layer => layer.After.ZeroCount), ModelPruner.Prune(mixed, Scaled)
            .Report.Layers.Select(layer => layer.After.ZeroCount));
    }

    private static GraphBuilder TwoLayers(float[] first, float[] second) => new GraphBuilder()
        .Input("x", "n", 8).Output("y", "n", 8)
        .Initializer(GraphBuilder.Floats("a", first, 8, 8)).Initializer(GraphBuilder.Floats("b", second, 8, 8))
        .Node("MatMul", ["x", "a"], ["h"]).Node("MatMul", ["h", "b"], ["y"]);
}
