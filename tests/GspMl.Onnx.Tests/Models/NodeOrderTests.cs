using GspMl.Onnx.Tests.Building;
using GspMl.Onnx.Tests.Shrinking;
using GspMl.Onnx.Tests.Shrinking.RandomNets;
using GspMl.Projection;

namespace GspMl.Onnx.Tests.Models;

/// <summary>ONNX Runtime runs nodes in whatever order they stand; what is made of a model does not depend on it either.</summary>
public sealed class NodeOrderTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void A_model_whose_nodes_stand_backwards_shrinks_as_the_other_does(int seed)
    {
        var options = new ShrinkOptions { Target = ShrinkTarget.Sparsity(0.5), Multiple = 1 };
        var (forwards, backwards) = Both(RandomNet.Of(seed), model => ModelShrinker.Shrink(model, options));

        Assert.Equal(forwards.Report.After, backwards.Report.After);
        AreSame(forwards.Model, backwards.Model);
    }

    [Fact]
    public void It_is_pruned_and_permuted_as_the_other_is()
    {
        var options = PruningOptions.Accurate(SparsityTarget.Zeros(0.5), Rows(64));
        var (forwards, backwards) = Both(Net(), model => ModelPruner.Prune(model, options).Model);
        AreSame(forwards, backwards);

        (forwards, backwards) = Both(Net(), model => ChannelPermuter.Permute(model, new()).Model);
        AreSame(forwards, backwards);
    }

    private static SmallNet Net() => new SmallNet().Picture().Conv("a", "x", 3, 16).Node("Relu", ["a"], "hidden").Conv("b", "hidden", 16, 8)
        .Node("Relu", ["b"], "last").Classify("last", 8);

    private (T Forwards, T Backwards) Both<T>(SmallNet net, Func<OnnxModel, T> change)
    {
        var path = net.Builder.Save(folder["net.onnx"]);
        using var forwards = OnnxModel.Load(path);
        var made = change(forwards);
        var nodes = net.Builder.Graph.Node.Reverse().ToList();
        net.Builder.Graph.Node.Clear();
        net.Builder.Graph.Node.AddRange(nodes);
        using var backwards = OnnxModel.Load(net.Builder.Save(folder["backwards.onnx"]));
        return (made, change(backwards));
    }

    private void AreSame(OnnxModel forwards, OnnxModel backwards)
    {
        forwards.Save(folder["expected.onnx"]);
        backwards.Save(folder["actual.onnx"]);
        Agreement.IsExact(folder["expected.onnx"], folder["actual.onnx"], Rows(4));
    }

    private static EvaluationData Rows(int count)
        => new([InputTensor.Create("x", GraphBuilder.Random(count * 3 * 6 * 6, seed: 2), [count, 3, 6, 6])]);
}
