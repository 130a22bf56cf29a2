using GspMl.Onnx.Operators;
using GspMl.Onnx.Proto;
using GspMl.Onnx.Tests.Building;
using GspMl.Projection;
using static GspMl.Onnx.Tests.Building.GraphBuilder;

namespace GspMl.Onnx.Tests.Models;

/// <summary>Nodes that lack what their operator needs: what reads a model before ONNX Runtime sees it passes over them.</summary>
public sealed class BareNodeTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    public static TheoryData<int, int> Counts => new() { { 0, 0 }, { 0, 1 }, { 1, 0 }, { 1, 1 }, { 2, 0 } };

    [Theory]
    [MemberData(nameof(Counts))]
    public void Nodes_with_too_few_inputs_or_outputs_are_passed_over(int inputs, int outputs)
    {
        foreach (var known in OperatorTable.All)
        {
            using var model = OnnxModel.Load(Net(known, inputs, outputs).Save(folder["bare.onnx"]));
            RuntimeChecker.Check(model);
            Assert.Single(ModelPruner.Measure(model), layer => layer.Weight.Name == "w");
            ModelPruner.Prune(model, new() { Target = SparsityTarget.Zeros(0.5), Include = ["w"] }).Model.Dispose();
        }
    }

    /// <summary>A layer, with bare nodes on every way to it and from it.</summary>
    private static GraphBuilder Net(Operator known, int inputs, int outputs)
    {
        var net = new GraphBuilder().Input("x", "n", 8).Output("y", "n", 4).Initializer(Floats("w", Random(32), 8, 4))
            .Initializer(Floats("v", Random(32), 8, 4));
        net.Graph.Node.Add(Bare(known, inputs, outputs));
        net.Node("MatMul", ["x", "w"], ["hidden"]);
        net.Graph.Node.Add(Bare(known, inputs, outputs));
        return net.Node("MatMul", ["z", "w"], ["y"]);
    }

    private static NodeProto Bare(Operator known, int inputs, int outputs)
    {
        var node = new NodeProto { OpType = known.Name, Domain = known.Domain };
        node.Input.Add(new[] { "hidden", "v" }[..inputs]);
        node.Output.Add(new[] { "z" }[..outputs]);
        return node;
    }
}
