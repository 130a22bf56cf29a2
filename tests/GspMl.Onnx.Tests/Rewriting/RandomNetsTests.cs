namespace GspMl.Onnx.Tests.Rewriting;

public class RandomNetsTests
{
    private const int Nets = 50;

    [Fact]
    public void Convolutions_as_groups_give_the_same_outputs() => Check(RandomNets.Convolutions, LayerLayout.GroupedConvolution);

    [Theory]
    [InlineData(LayerLayout.Transposed)]
    [InlineData(LayerLayout.Flattened)]
    [InlineData(LayerLayout.Batched)]
    public void Linear_layers_give_the_same_outputs_in_every_layout(LayerLayout layout) => Check(RandomNets.Linear, layout);

    /// <summary>The rewriter itself compares outputs, and refuses where they differ.</summary>
    private static void Check(Func<int, OnnxModel> net, LayerLayout layout)
    {
        var rewritten = 0;
        for (var seed = 1; seed <= Nets; seed++)
        {
            using var model = net(seed);
            var options = new RewriteOptions { Rows = 1 + (seed % 6), MaxThreads = 1, TimingRounds = 1, Everywhere = layout };
            var (changed, report) = ModelRewriter.Rewrite(model, options);
            Assert.True(report.LargestDifference <= 1e-5, $"seed {seed}: {report.LargestDifference}");
            Assert.Equal(model.Inputs, changed.Inputs);
            Assert.Equal(model.Proto.Graph.Output, changed.Proto.Graph.Output);
            rewritten += report.RewrittenCount > 0 ? 1 : 0;
        }
        // In a few nets the blocks of each layer together read every channel.
        Assert.True(rewritten > 0.9 * Nets, $"{rewritten} of {Nets} nets were rewritten");
    }
}
