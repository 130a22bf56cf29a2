using Google.Protobuf;
using GspMl.Onnx.Tests.Building;
using GspMl.Projection;

namespace GspMl.Onnx.Tests.Rewriting;

public sealed class ModelRewriterTests
{
    [Theory]
    [InlineData(LayerLayout.Transposed)]
    [InlineData(LayerLayout.Flattened)]
    public void A_chain_of_layers_is_transposed_once_on_its_way_in_and_once_on_its_way_out(LayerLayout layout)
    {
        using var model = Chain(Alternating);

        var (changed, report) = ModelRewriter.Rewrite(model, Options(layout));

        Assert.Equal(3, report.RewrittenCount);
        var operators = changed.Proto.Graph.Node.Select(node => node.OpType).ToList();
        Assert.Equal(2, operators.Count(op => op == "Transpose"));
        Assert.Equal(3, operators.Count(op => op == "Conv"));
        Assert.DoesNotContain("MatMul", operators);
    }

    [Fact]
    public void Channels_that_nothing_reads_are_no_longer_computed()
    {
        using var model = Chain((input, _) => input % 32 < 16);

        var (changed, report) = ModelRewriter.Rewrite(model, Options(LayerLayout.Batched));

        Assert.Equal(32, report.RemovedChannels);
        Assert.True(changed.MeasureBytes() < model.MeasureBytes());
    }

    [Fact]
    public void A_model_without_column_sets_is_given_back_with_the_reasons()
    {
        using var model = OnnxModel.Load(ShippedModels.PathOf("lenet5.onnx"));

        var (changed, report) = ModelRewriter.Rewrite(model, new() { TimingRounds = 1 });

        Assert.Same(model, changed);
        Assert.Null(report.Ratio);
        Assert.All(report.Layers, layer => Assert.Equal("no block of filters has channels of zeros alone", layer.Reason));
    }

    [Fact]
    public void A_real_net_decides_as_before()
    {
        using var model = OnnxModel.Load(ShippedModels.PathOf("resnet14_bn.onnx"));
        var options = new PruningOptions
        {
            Target = SparsityTarget.Zeros(0.5),
            Pattern = SparsityPattern.Columns(),
            Values = WeightValues.Original,
        };
        using var pruned = ModelPruner.Prune(model, options).Model;
        var digits = ShippedModels.CalibrationDigits(20);

        var rewritten = ModelRewriter.Rewrite(pruned, Options(LayerLayout.GroupedConvolution) with { Inputs = digits });

        Assert.True(rewritten.Report.RewrittenCount >= 8, $"{rewritten.Report.RewrittenCount} layers are rewritten");
        Assert.True(rewritten.Report.RemovedChannels > 0);
        var data = ShippedModels.Digits(50);
        var (before, after) = (Classes(pruned, data), Classes(rewritten.Model, data));
        Assert.Equal(before, after);
    }

    [Theory]
    [InlineData("Rows")]
    [InlineData("MaxThreads")]
    [InlineData("Tolerance")]
    [InlineData("TimingRounds")]
    public void Options_that_cannot_be_meant_are_refused_by_name(string property)
    {
        using var model = OnnxModel.Load(ShippedModels.PathOf("lenet5.onnx"));
        var options = property switch
        {
            "Rows" => new RewriteOptions { Rows = 0 },
            "MaxThreads" => new RewriteOptions { MaxThreads = -1 },
            "Tolerance" => new RewriteOptions { Tolerance = double.NaN },
            _ => new RewriteOptions { TimingRounds = 0 },
        };
        Assert.Equal(property, Assert.ThrowsAny<ArgumentException>(() => ModelRewriter.Rewrite(model, options)).ParamName);
    }

    private static RewriteOptions Options(LayerLayout layout) => new() { Rows = 4, MaxThreads = 1, TimingRounds = 1, Everywhere = layout };

    private static IReadOnlyList<int> Classes(OnnxModel model, EvaluationData data)
        => [.. ModelEvaluator.Evaluate(model, data, new() { LatencyRuns = 0 }).Classes];

    /// <summary>Three MatMuls with a GELU and a Relu between, in two blocks of outputs each.</summary>
    /// <param name="reads">Whether the second one's input is read by a block.</param>
    private static OnnxModel Chain(Func<int, int, bool> reads)
    {
        var graph = new GraphBuilder();
        graph.Input("x", "n", 3, 32).Output("y", "n", 3, 32);
        Weight(graph, "w1", 32, 64, Alternating);
        Weight(graph, "w2", 64, 64, reads);
        Weight(graph, "w3", 64, 32, Alternating);
        graph.Initializer(GraphBuilder.Floats("b1", GraphBuilder.Random(64), 64));
        graph.Initializer(GraphBuilder.Floats("half", [0.5f]));
        graph.Node("MatMul", ["x", "w1"], ["p1"]).Node("Add", ["p1", "b1"], ["h1"]).Node("Erf", ["h1"], ["e1"])
            .Node("Mul", ["h1", "e1"], ["m1"]).Node("Mul", ["m1", "half"], ["g1"]).Node("MatMul", ["g1", "w2"], ["p2"])
            .Node("Relu", ["p2"], ["g2"]).Node("MatMul", ["g2", "w3"], ["y"]);
        return OnnxModel.Load(graph.Model.ToByteArray(), "chain");
    }

    /// <summary>Each block reads every other input, and together they read all.</summary>
    private static bool Alternating(int input, int block) => input % 2 == block;

    /// <summary>A weight [inputs, outputs] in two blocks of outputs.</summary>
    private static void Weight(GraphBuilder graph, string name, int inputs, int outputs, Func<int, int, bool> reads)
    {
        var values = GraphBuilder.Random(inputs * outputs, seed: name[1]);
        for (var i = 0; i < inputs; i++)
            for (var o = 0; o < outputs; o++)
                if (!reads(i, o / (outputs / 2))) values[(i * outputs) + o] = 0;
        graph.Initializer(GraphBuilder.Floats(name, values, inputs, outputs));
    }
}
