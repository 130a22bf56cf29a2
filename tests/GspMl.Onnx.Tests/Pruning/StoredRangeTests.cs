using Google.Protobuf;
using GspMl.Onnx.Tests.Building;
using GspMl.Onnx.Weights;
using GspMl.Projection;
using static GspMl.Onnx.Tests.Building.GraphBuilder;
using Elements = GspMl.Onnx.Proto.TensorProto.Types.DataType;

namespace GspMl.Onnx.Tests.Pruning;

/// <summary>Projected values of weights that already stand at the end of their format's range.</summary>
public sealed class StoredRangeTests : IDisposable
{
    private static readonly PruningOptions Sparse = new() { Target = SparsityTarget.Hoyer(0.8) };
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(WeightGroup.Filter)]
    [InlineData(WeightGroup.Kernel)]
    [InlineData(WeightGroup.Layer)]
    [InlineData(WeightGroup.FilterInModel)]
    public void The_largest_floats_stay_finite_and_reach_the_target(WeightGroup group)
    {
        float[] values = [.. Random(96).Select(value => MathF.CopySign(float.MaxValue, value))];
        var tensor = Floats("w", values, 12, 4, 2, 1);
        AssertReaches(tensor, Sparse with { Group = group }, 1e-5);
        // Groups that span layers are streamed where they are not held.
        AssertReaches(tensor, Sparse with { Group = group, HeldWeights = 0 }, 1e-5);
    }

    [Fact]
    public void The_largest_halves_do_too()
    {
        var tensor = Shaped("w", Elements.Float16, 12, 4, 2, 1);
        Half[] values = [.. Random(96).Select(value => value > 0 ? Half.MaxValue : Half.MinValue)];
        tensor.RawData = ByteString.CopyFrom(values.SelectMany(BitConverter.GetBytes).ToArray());
        AssertReaches(tensor, Sparse, 1e-3);
    }

    [Fact]
    public void Bytes_at_the_end_of_their_range_keep_the_sparsity_but_for_their_rounding_which_is_told()
    {
        var tensor = Shaped("q", Elements.Int8, 12, 8);
        tensor.RawData = ByteString.CopyFrom([.. Random(96).Select(value => (byte)(sbyte)(value > 0 ? 127 : -127))]);
        using var model = OnnxModel.Load(new GraphBuilder().Input("x", 2, 12).Output("y", 2, 8)
            .Initializer(tensor).Initializer(Floats("scale", [0.01f]))
            .Node("DequantizeLinear", ["q", "scale"], ["w"]).Node("MatMul", ["x", "w"], ["y"]).Save(folder["bytes.onnx"]));
        var (pruned, report) = ModelPruner.Prune(model, Sparse);
        using var _ = pruned;
        var layer = Assert.Single(report.Layers);
        // Half a step of 127 in each of the eleven small entries of a vector.
        Assert.InRange(layer.After.Hoyer, 0.78, 0.82);
        Assert.Equal(layer.After.Hoyer < 0.799, layer.Shortfall.Contains("rounding to int8", StringComparison.Ordinal));
        var steps = WeightCodec<float>.Decode(pruned.Elements, layer.Weight).Select(value => MathF.Round(MathF.Abs(value) / 0.01f));
        Assert.InRange(steps.Max(), 127, 128);
    }

    [Fact]
    public void Bytes_that_tie_and_keep_their_values_are_not_called_sparse()
    {
        var tensor = Shaped("q", Elements.Int8, 12, 8);
        tensor.RawData = ByteString.CopyFrom([.. Random(96).Select(value => (byte)(sbyte)(value > 0 ? 127 : -127))]);
        using var model = OnnxModel.Load(new GraphBuilder().Input("x", "n", 12).Output("y", "n", 8)
            .Initializer(tensor).Initializer(Floats("scale", [0.01f]))
            .Node("DequantizeLinear", ["q", "scale"], ["w"]).Node("MatMul", ["x", "w"], ["y"]).Save(folder["bytes.onnx"]));
        var rows = new EvaluationData([InputTensor.Create("x", Random(120), 10, 12)]);
        var (pruned, report) = ModelPruner.Prune(model, PruningOptions.Accurate(SparsityTarget.Hoyer(0.8), rows));
        using var _ = pruned;
        var layer = Assert.Single(report.Layers);
        Assert.Equal(0, layer.After.Hoyer, 1e-9);
        Assert.Contains("0.000 of 0.800: its largest entries tie", layer.Shortfall, StringComparison.Ordinal);
    }

    private void AssertReaches(Proto.TensorProto tensor, PruningOptions options, double tolerance)
    {
        var type = (Elements)tensor.DataType;
        using var model = OnnxModel.Load(new GraphBuilder().Input("x", type, 1, 4, 5, 5).Output("y", type, 1, 12, 4, 5)
            .Initializer(tensor).Node("Conv", ["x", "w"], ["y"]).Save(folder["model.onnx"]));
        var (pruned, report) = ModelPruner.Prune(model, options);
        using var _ = pruned;
        var layer = Assert.Single(report.Layers);
        Assert.All(pruned.Elements.Values<float>(layer.Weight.Location), value => Assert.True(float.IsFinite(value)));
        Assert.InRange(layer.After.Hoyer, 0.8 - tolerance, 1);
        Assert.Empty(layer.Shortfall);
    }
}
