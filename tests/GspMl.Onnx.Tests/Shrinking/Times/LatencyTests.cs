using GspMl.Onnx.Shrinking.Following;
using GspMl.Onnx.Shrinking.Times;
using GspMl.Onnx.Tests.Building;

namespace GspMl.Onnx.Tests.Shrinking.Times;

public sealed class LatencyTests
{
    [Fact]
    public void A_model_that_is_to_be_faster_is_timed_and_said_to_be_so_with_its_interval()
    {
        using var model = OnnxModel.Load(ShippedModels.PathOf("lenet5.onnx"));

        var (smaller, report) = ModelShrinker.Shrink(model,
            new() { Target = ShrinkTarget.Latency(0.01), Also = [ShrinkTarget.Parameters(0.3)], Rows = 16, MaxThreads = 1 });

        using var _ = smaller;
        Assert.True(report.ParametersGone >= 0.3);
        Assert.Equal(16, report.Rows);
        Assert.InRange(report.Ratio!.Median, report.Ratio.Interval.Low, report.Ratio.Interval.High);
    }

    [Fact]
    public void What_no_width_brings_is_refused_with_what_comes_nearest()
    {
        using var model = OnnxModel.Load(ShippedModels.PathOf("lenet300.onnx"));

        var error = Assert.Throws<OnnxModelException>(() => ModelShrinker.Shrink(model,
            new() { Target = ShrinkTarget.Latency(1), MaxThreads = 1 }));

        Assert.Matches(@"100\.0 % of the time .* cannot go: (with )?\d+\.\d %", error.Message);
    }

    [Theory]
    [InlineData("lenet5.onnx")]
    [InlineData("resnet14_bn.onnx")]
    [InlineData("mobilenet_mini_bn.onnx")]
    [InlineData("vit_tiny.onnx")]
    public void Every_chain_of_layers_runs_alone_dense_and_cut(string name)
    {
        using var model = OnnxModel.Load(ShippedModels.PathOf(name));
        var flow = ChannelFlow.Of(model, ModelRunShapes.Of(model, null));
        var table = new LatencyTable(model, flow, ModelRunShapes.OfRows(model, null, 3), 1, default);
        var half = flow.Layers.SelectMany(layer => layer.Outputs ?? []).SelectMany(flow.Labels.Channels)
            .Where(channel => flow.Labels.Reason(channel) is null && channel % 2 == 0).ToHashSet();

        Assert.NotEmpty(half);
        Assert.True(table.All > 0);
        Assert.True(table.Without(half) > 0);
    }

    [Fact]
    public void What_reads_a_layer_alone_is_timed_with_it()
    {
        using var model = OnnxModel.Load(ShippedModels.PathOf("resnet14_bn.onnx"));
        var shapes = ModelRunShapes.OfRows(model, null, 1);
        var flow = ChannelFlow.Of(model, shapes);

        var chains = new NodeChains(model, flow, shapes, ChainOperand.StoredNames(flow)).Find();

        var convolutions = model.Proto.Graph.Node.Index().Where(node => node.Item.OpType == "Conv").Select(node => node.Index).ToList();
        Assert.All(convolutions, conv => Assert.Single(chains, chain => chain[0] == conv));
        Assert.All(chains.Where(chain => convolutions.Contains(chain[0])), chain => Assert.InRange(chain.Count, 2, 4));
    }
}
