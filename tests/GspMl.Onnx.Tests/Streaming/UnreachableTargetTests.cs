using System.Runtime.InteropServices;
using Google.Protobuf;
using GspMl.Onnx.Tests.Building;
using GspMl.Projection;
using static GspMl.Onnx.Tests.Building.GraphBuilder;
using Elements = GspMl.Onnx.Proto.TensorProto.Types.DataType;

namespace GspMl.Onnx.Tests.Streaming;

/// <summary>Searches whose target nothing reaches, or whose numbers leave double: they end, and say what was reached.</summary>
public sealed class UnreachableTargetTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_layer_of_one_weight_keeps_it(bool areProjected)
    {
        using var model = Model(Floats("w", [2], 1, 1));
        var values = areProjected ? WeightValues.Projected : WeightValues.Original;
        var layer = Assert.Single(Report(model, PruningOptions.Fast(SparsityTarget.Zeros(0.5)) with { Values = values }).Layers);
        Assert.Equal((0, ProjectionEnding.Unreachable), (layer.After.ZeroCount, layer.Ending));
        Assert.Contains("out of reach", layer.Shortfall, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(WeightGroup.Layer, 12, 11)]
    [InlineData(WeightGroup.Layer, 1, 11)]
    [InlineData(WeightGroup.FilterInModel, 12, 8)]
    [InlineData(WeightGroup.FilterInModel, 4, 8)]
    public void Vectors_keep_an_entry_each_where_all_are_to_go(WeightGroup group, int entries, int zeros)
    {
        // With as many entries as vectors nothing is left to look for at all.
        using var model = Model(Floats("w", [.. Random(12).Select((value, i) => i < entries ? value : 0)], 3, 4));
        foreach (var values in new[] { WeightValues.Original, WeightValues.Projected })
        {
            var report = Report(model, new() { Target = SparsityTarget.Zeros(1), Group = group, Values = values, HeldWeights = 0 });
            var layer = Assert.Single(report.Layers);
            Assert.Equal((zeros, ProjectionEnding.Unreachable), (layer.After.ZeroCount, layer.Ending));
            Assert.Contains("out of reach", layer.Shortfall, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_gain_of_one_weight_beside_a_layer_ends_the_search_alone_and_with_it()
    {
        using var model = OnnxModel.Load(new GraphBuilder().Input("x", 2, 8).Output("y", 2, 1)
            .Initializer(Floats("w", Random(8), 8, 1)).Initializer(Floats("g", [0.5f], 1, 1))
            .Node("MatMul", ["x", "w"], ["h"]).Node("MatMul", ["h", "g"], ["y"]).Save(folder["gain.onnx"]));
        var options = PruningOptions.Fast(SparsityTarget.Zeros(0.5));
        Assert.Equal(ProjectionEnding.Unreachable, Assert.Single(Report(model, options with { Include = ["g"] }).Layers).Ending);
        Assert.Equal(5, Report(model, options).ZeroCountAfter);
        // 9 of 9 cannot be had: each layer keeps one.
        var most = Report(model, options with { Target = SparsityTarget.Zeros(1) });
        Assert.Equal((7, ProjectionEnding.Unreachable), (most.ZeroCountAfter, most.Layers[0].Ending));
    }

    [Theory]
    [InlineData(WeightGroup.Layer)]
    [InlineData(WeightGroup.FilterInModel)]
    public void Filters_of_equal_weights_reach_a_sparsity_or_jump_over_it(WeightGroup group)
    {
        using var model = Model(Floats("w", [.. Enumerable.Repeat(1e-30f, 12)], 3, 4));
        foreach (var target in new[] { 0.3, 0.999, 1 })
        {
            var report = Report(model, new() { Target = SparsityTarget.Hoyer(target), Group = group, HeldWeights = 0 });
            Assert.InRange(Assert.Single(report.Layers).After.Hoyer, target - 1e-5, 1);
        }
    }

    [Theory]
    [InlineData(1e200)]
    [InlineData(1e-200)]
    public void Weights_whose_squares_leave_double_are_refused_by_name(double magnitude)
    {
        using var model = Model(Doubles("wide", [.. Random(12).Select(value => value * magnitude)], 3, 4));
        var error = Assert.Throws<OnnxModelException>(() => Report(model, PruningOptions.Fast(SparsityTarget.Zeros(0.5))));
        Assert.Contains("'wide'", error.Message, StringComparison.Ordinal);
        Assert.Contains("leaves the range of double", error.Message, StringComparison.Ordinal);
    }

    private static PruningReport Report(OnnxModel model, PruningOptions options)
    {
        var (pruned, report) = ModelPruner.Prune(model, options);
        pruned.Dispose();
        return report;
    }

    private static Proto.TensorProto Doubles(string name, double[] values, params long[] shape)
    {
        var tensor = Shaped(name, Elements.Double, shape);
        tensor.RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(values.AsSpan()));
        return tensor;
    }

    private OnnxModel Model(Proto.TensorProto weight)
    {
        var type = (Elements)weight.DataType;
        return OnnxModel.Load(new GraphBuilder().Input("x", type, 2, weight.Dims[0]).Output("y", type, 2, weight.Dims[1])
            .Initializer(weight).Node("MatMul", ["x", weight.Name], ["y"]).Save(folder["model.onnx"]));
    }
}
