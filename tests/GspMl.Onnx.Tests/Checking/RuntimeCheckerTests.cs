using Google.Protobuf;
using GspMl.Onnx.Tests.Building;
using Elements = GspMl.Onnx.Proto.TensorProto.Types.DataType;

namespace GspMl.Onnx.Tests.Checking;

public sealed class RuntimeCheckerTests
{
    [Fact]
    public void A_dense_layer_gains_nothing_anywhere()
    {
        var layer = Check(8, 8, (_, _) => true);

        Assert.Empty(layer.Patterns);
        Assert.All(layer.Verdicts, verdict => Assert.Equal((false, "the layer has hardly any zeros"), (verdict.Gains, verdict.Reason)));
    }

    [Fact]
    public void Columns_are_rewritten_for_ONNX_Runtime()
    {
        var layer = Check(128, 64, (filter, input) => (input + (filter / 64)) % 2 == 0);

        Assert.Contains("columns: blocks of 64 filters read 32 of 64 channels", layer.Patterns);
        var verdict = layer.Verdicts.Single(verdict => verdict.Runtime == "ONNX Runtime CPU");
        Assert.True(verdict.Gains);
        Assert.InRange(verdict.PredictedRatio!.Value, 0.5, 0.7);
    }

    [Theory]
    [InlineData(512, 512, true, "picked where it is timed faster")]
    [InlineData(64, 64, false, "are few")]
    public void TensorRT_takes_two_of_four_channels_of_large_layers(int filters, int inputs, bool gains, string reason)
    {
        var layer = Check(filters, inputs, (filter, input) => (input + filter) % 4 < 2);

        var verdict = layer.Verdicts.Single(verdict => verdict.Runtime == "TensorRT");
        Assert.Equal(gains, verdict.Gains);
        Assert.Contains(reason, verdict.Reason, StringComparison.Ordinal);
        Assert.Contains("2:4 along input channels", layer.Patterns);
    }

    [Fact]
    public void Three_of_four_are_too_many_for_TensorRT()
        => Assert.Contains("here 3 of 4 are left", Reason(Check(512, 512, (filter, input) => (input + filter) % 4 != 0), "TensorRT"),
            StringComparison.Ordinal);

    [Fact]
    public void Scattered_zeros_are_called_so()
    {
        var random = new Random(1);
        Assert.Equal(["scattered"], Check(64, 64, (_, _) => random.Next(2) == 0).Patterns);
    }

    [Fact]
    public void Blocks_are_found_in_their_largest_size()
    {
        var random = new Random(2);
        var stays = new bool[4, 4];
        for (var i = 0; i < 16; i++) stays[i / 4, i % 4] = random.Next(2) == 0;

        var layer = Check(64, 64, (filter, input) => stays[filter / 16, input / 16]);

        Assert.Contains("blocks of 16x16", layer.Patterns);
    }

    [Theory]
    [InlineData(1, false, "under half of them in blocks")]
    [InlineData(4, true, "blocks of zeros are skipped")]
    public void Core_ML_gains_from_blocks_only_where_they_are_half_of_the_layer(int emptyOfEight, bool gains, string reason)
    {
        var verdict = Check(64, 64, (filter, _) => filter / 8 >= emptyOfEight).Verdicts.Single(verdict => verdict.Runtime == "Core ML");
        Assert.Equal(gains, verdict.Gains);
        Assert.Contains(reason, verdict.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void OpenVINO_wants_int8_and_TensorRT_none_of_its_nodes_around()
    {
        var graph = new GraphBuilder();
        graph.Input("x", "n", 512).Output("y", "n", 512);
        var weight = GraphBuilder.Shaped("w", Elements.Int8, 512, 512);
        weight.RawData = ByteString.CopyFrom([.. Enumerable.Range(0, 512 * 512).Select(i => (byte)((i / 512 % 4) < 2 ? 1 : 0))]);
        graph.Initializer(weight).Initializer(GraphBuilder.Floats("scale", [0.1f]));
        graph.Node("DequantizeLinear", ["w", "scale"], ["d"]).Node("MatMul", ["x", "d"], ["y"]);
        using var model = OnnxModel.Load(graph.Model.ToByteArray(), "quantized");

        var layer = RuntimeChecker.Check(model).Layers.Single();

        Assert.Contains("AMX", Reason(layer, "OpenVINO CPU"), StringComparison.Ordinal);
        Assert.Contains("behind QuantizeLinear", Reason(layer, "TensorRT"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(LayerLayout.Transposed)]
    [InlineData(LayerLayout.Batched)]
    public void Layers_written_fast_are_told_as_such_by_every_runtime(LayerLayout layout)
    {
        using var model = Layer(128, 64, (filter, input) => (input + (filter / 64)) % 2 == 0);
        var fast = ModelRewriter.Rewrite(model, new() { Rows = 4, MaxThreads = 1, TimingRounds = 1, Everywhere = layout }).Model;

        var layer = RuntimeChecker.Check(fast).Layers.Single();

        Assert.Equal(["columns, written fast: 2 blocks read 32 channels each"], layer.Patterns);
        Assert.All(layer.Verdicts, verdict => Assert.True(verdict.Gains, verdict.Reason));
    }

    private static string Reason(LayerRuntimes layer, string runtime)
        => layer.Verdicts.Single(verdict => verdict.Runtime == runtime).Reason;

    private static LayerRuntimes Check(int filters, int inputs, Func<int, int, bool> stays)
    {
        using var model = Layer(filters, inputs, stays);
        return RuntimeChecker.Check(model).Layers.Single();
    }

    private static OnnxModel Layer(int filters, int inputs, Func<int, int, bool> stays)
    {
        var graph = new GraphBuilder();
        graph.Input("x", "n", inputs).Output("y", "n", filters);
        float[] values = [.. Enumerable.Range(0, filters * inputs).Select(i => stays(i / inputs, i % inputs) ? 1f : 0)];
        graph.Initializer(GraphBuilder.Floats("w", values, filters, inputs));
        graph.Node("Gemm", ["x", "w"], ["y"], GraphBuilder.Attribute("transB", 1));
        return OnnxModel.Load(graph.Model.ToByteArray(), "layer");
    }
}
