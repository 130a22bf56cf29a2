using GspMl.Onnx.Proto;
using GspMl.Onnx.Tests.Building;
using GspMl.Onnx.Tests.Shrinking;
using GspMl.Onnx.Tests.Shrinking.RandomNets;
using GspMl.Projection;
using Element = GspMl.Onnx.Proto.TensorProto.Types.DataType;

namespace GspMl.Onnx.Tests.Permuting;

public sealed class ChannelPermuterTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Channels_that_matter_are_spread_over_the_cells()
    {
        // The layer behind reads four of eight channels, and all of them lie in one cell.
        float[] read = [.. Enumerable.Repeat(new float[] { 3, -2, 4, 5, 0, 0, 0, 0 }, 6).SelectMany(row => row)];
        var net = new SmallNet().Rows(5).Linear("first", "x", 5, 8).Node("Relu", ["first"], "hidden")
            .Constant("second.w", read, 6, 8).Node("Gemm", ["hidden", "second.w"], "y", GraphBuilder.Attribute("transB", 1))
            .Output("y", "n", 6);
        using var model = Load(net);

        var (permuted, report) = ChannelPermuter.Permute(model, new());

        var set = Assert.Single(report.Sets);
        Assert.Equal(["first.w"], set.Layers);
        Assert.Equal(["second.w"], set.Readers);
        Assert.Equal(1, set.KeptAfter, 6);
        Assert.Equal(41.0 / 54, set.KeptBefore, 6);
        using var pruned = ModelPruner.Prune(permuted, Magnitude).Model;
        AreSame(model, pruned, [5]);
    }

    [Fact]
    public void Channels_that_two_layers_read_and_an_addition_couples_get_one_order()
    {
        var net = new SmallNet().Picture().Conv("a", "x", 3, 16).Conv("b", "x", 3, 16).Node("Add", ["a", "b"], "sum")
            .Node("Relu", ["sum"], "hidden").Conv("c", "hidden", 16, 8).Conv("d", "hidden", 16, 8, kernel: 1)
            .Node("Mul", ["c", "d"], "product").Classify("product", 8);
        using var model = Load(net);

        var (permuted, report) = ChannelPermuter.Permute(model, new());

        var set = report.Sets[0];
        Assert.Equal(["a.w", "b.w"], set.Layers);
        Assert.Equal(["c.w", "d.w"], set.Readers);
        Assert.True(set.KeptAfter > set.KeptBefore);
        Assert.Equal(Enumerable.Range(0, 16), set.Order.Order());
        AreSame(model, permuted, [3, 6, 6]);
    }

    [Fact]
    public void Heads_normalised_channels_and_outputs_keep_their_order()
    {
        var net = new SmallNet(opset: 17).Rows(8).Linear("first", "x", 8, 16).Weight("scale", 16)
            .Node("LayerNormalization", ["first", "scale"], "normal").Linear("second", "normal", 16, 8).Output("second", "n", 8);
        using var model = Load(net);

        var (permuted, report) = ChannelPermuter.Permute(model, new());

        Assert.Empty(report.Sets);
        Assert.Same(model, permuted);
    }

    [Fact]
    public void Nets_that_nobody_thought_of_compute_what_they_did()
    {
        var reordered = 0;
        for (var seed = 0; seed < 40; seed++)
        {
            using var model = Load(RandomNet.Of(seed), $"{seed}.onnx");
            // It compares outputs itself, and is an error where they differ.
            var (permuted, report) = ChannelPermuter.Permute(model, new());
            AreSame(model, permuted, [3, 6, 6]);
            Assert.All(report.Sets, set => Assert.True(set.KeptAfter > set.KeptBefore && set.KeptAfter <= 1 + 1e-9));
            reordered += report.Sets.Count > 0 ? 1 : 0;
        }
        Assert.InRange(reordered, 10, 40);
    }

    [Fact]
    public void What_was_pruned_before_goes_along()
    {
        var net = new SmallNet().Rows(8).Linear("first", "x", 8, 16).Node("Relu", ["first"], "hidden").Linear("second", "hidden", 16, 8)
            .Output("second", "n", 8);
        using var model = Load(net);
        using var pruned = ModelPruner.Prune(model, new() { Target = SparsityTarget.Zeros(0.5) }).Model;

        var (permuted, report) = ChannelPermuter.Permute(pruned, new());

        Assert.Single(report.Sets);
        Assert.Equal(ModelPruner.Measure(pruned).Sum(layer => layer.Zeros), ModelPruner.Measure(permuted).Sum(layer => layer.Zeros), 9);
        AreSame(pruned, permuted, [8]);
    }

    [Fact]
    public void A_model_of_half_precision_may_differ_by_what_its_numbers_cannot_keep()
    {
        var net = new GraphBuilder().Input("x", Element.Float16, "n", 16).Output("y", Element.Float16, "n", 2048)
            .Initializer(Halves("w1", 16, 256)).Initializer(Halves("w2", 256, 2048))
            .Node("MatMul", ["x", "w1"], ["hidden"]).Node("Relu", ["hidden"], ["kept"]).Node("MatMul", ["kept", "w2"], ["y"]);
        using var model = OnnxModel.Load(net.Save(folder["half.onnx"]));

        var report = ChannelPermuter.Permute(model, new()).Report;

        Assert.Single(report.Sets);
        Assert.InRange(report.LargestDifference, 1e-5, 5e-3);
    }

    private static TensorProto Halves(string name, params long[] shape)
    {
        var tensor = GraphBuilder.Shaped(name, Element.Float16, shape);
        Half[] values = [.. GraphBuilder.Random((int)(shape[0] * shape[1]), seed: 3).Select(value => (Half)value)];
        tensor.RawData = Google.Protobuf.ByteString.CopyFrom(System.Runtime.InteropServices.MemoryMarshal.AsBytes<Half>(values));
        return tensor;
    }

    [Fact]
    public void Patterns_that_an_order_does_not_help_are_refused()
    {
        using var model = Load(new SmallNet().Rows(8).Linear("first", "x", 8, 4).Output("first", "n", 4));

        var error = Assert.Throws<ArgumentException>(() => ChannelPermuter.Permute(model, new() { Pattern = SparsityPattern.Columns() }));

        Assert.Contains("columns", error.Message, StringComparison.Ordinal);
    }

    private static PruningOptions Magnitude => new()
    {
        Target = SparsityTarget.Zeros(0.5),
        Pattern = SparsityPattern.OfEvery(2, 4),
        Values = WeightValues.Original,
        Include = ["second.w"],
    };

    private OnnxModel Load(SmallNet net, string name = "net.onnx") => OnnxModel.Load(net.Builder.Save(folder[name]));

    private void AreSame(OnnxModel expected, OnnxModel actual, long[] shape)
    {
        expected.Save(folder["expected.onnx"]);
        actual.Save(folder["actual.onnx"]);
        var values = GraphBuilder.Random(4 * (int)shape.Aggregate(1L, (product, extent) => product * extent), seed: 5);
        Agreement.IsExact(folder["expected.onnx"], folder["actual.onnx"],
            new([InputTensor.Create("x", values, [4, .. shape.Select(extent => (int)extent)])]));
    }
}
