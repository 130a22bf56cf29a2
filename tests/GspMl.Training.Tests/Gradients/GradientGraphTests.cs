using Google.Protobuf;
using GspMl.Onnx;
using GspMl.Onnx.Proto;
using GspMl.Onnx.Tests.Building;
using static GspMl.Onnx.Tests.Building.GraphBuilder;

namespace GspMl.Training.Tests.Gradients;

public sealed class GradientGraphTests
{
    private static TuningOptions Options(params int[] shape) => new()
    {
        Data = new([InputTensor.Create("x", Random(shape.Aggregate(1, (product, extent) => product * extent)), shape)]),
        Epochs = 1,
        Variation = null,
        HeldBack = 0,
    };

    private static OnnxModel Model(GraphBuilder graph) => OnnxModel.Load(graph.Model.ToByteArray());

    private static GraphBuilder TwoLayers(string between) => new GraphBuilder().Input("x", "n", 4).Output("y", "n", 2)
        .Initializer(Floats("first", Random(16), 4, 4)).Initializer(Floats("second", Random(8, 2), 4, 2))
        .Node("MatMul", ["x", "first"], ["a"]).Node(between, ["a"], ["b"]).Node("MatMul", ["b", "second"], ["y"]);

    [Fact]
    public void Layers_behind_an_operator_without_a_rule_are_left_alone_and_it_is_named()
    {
        var result = ModelTuner.Tune(Model(TwoLayers("Asinh")), Options(6, 4));
        Assert.Equal(["second"], result.Report.Trained);
        var left = Assert.Single(result.Report.LeftAlone);
        Assert.Equal("first", left.Name);
        Assert.Contains("Asinh 'asinh_b' has no gradient rule", left.Reason);
    }

    [Fact]
    public void A_weight_with_one_unknown_way_to_the_output_is_left_alone_though_another_is_known()
    {
        var graph = new GraphBuilder().Input("x", "n", 4).Output("y", "n", 4)
            .Initializer(Floats("shared", Random(16), 4, 4)).Initializer(Floats("own", Random(16, 2), 4, 4))
            .Node("MatMul", ["x", "shared"], ["a"]).Node("Asinh", ["a"], ["b"]).Node("MatMul", ["a", "own"], ["c"])
            .Node("Add", ["b", "c"], ["y"]);
        Assert.Equal(["own"], ModelTuner.Tune(Model(graph), Options(6, 4)).Report.Trained);
    }

    [Fact]
    public void Where_no_weight_can_be_trained_the_reasons_are_told()
    {
        var graph = new GraphBuilder().Input("x", "n", 4).Output("y", "n", 2).Initializer(Floats("only", Random(8), 4, 2))
            .Node("MatMul", ["x", "only"], ["a"]).Node("Asinh", ["a"], ["y"]);
        var error = Assert.Throws<NothingMatchedException>(() => ModelTuner.Tune(Model(graph), Options(6, 4)));
        Assert.Contains("only: Asinh 'asinh_y' has no gradient rule", error.Message);
    }

    [Fact]
    public void Steps_have_no_gradient_and_block_none()
    {
        var graph = new GraphBuilder().Input("x", "n", 4).Output("y", "n", 4).Initializer(Floats("weight", Random(16), 4, 4))
            .Node("MatMul", ["x", "weight"], ["a"]).Node("Sign", ["a"], ["b"]).Node("Mul", ["a", "b"], ["y"]);
        Assert.Equal(["weight"], ModelTuner.Tune(Model(graph), Options(6, 4)).Report.Trained);
    }

    [Fact]
    public void Functions_are_trained_through()
    {
        var graph = TwoLayers("Softly");
        graph.Graph.Node[1].Domain = "own";
        graph.Model.OpsetImport.Add(new OperatorSetIdProto { Domain = "own", Version = 1 });
        var function = new FunctionProto { Name = "Softly", Domain = "own" };
        function.Input.Add("in");
        function.Output.Add("out");
        function.Attribute.Add("slope");
        function.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = 17 });
        var leaky = MakeNode("LeakyRelu", ["in"], ["t"]);
        leaky.Attribute.Add(new AttributeProto { Name = "alpha", RefAttrName = "slope", Type = AttributeProto.Types.AttributeType.Float });
        function.Node.Add([leaky, MakeNode("Tanh", ["t"], ["out"])]);
        graph.Graph.Node[1].Attribute.Add(Attribute("slope", 0.2f));
        graph.Model.Functions.Add(function);
        var report = ModelTuner.Tune(Model(graph), Options(6, 4)).Report;
        Assert.Equal(["first", "second"], report.Trained.Order());
        Assert.Equal(0, report.Epochs[1].Loss, 1e-9);
    }

    [Fact]
    public void Masks_and_single_numbers_are_no_parameters()
    {
        var graph = new GraphBuilder().Input("x", "n", 4).Output("y", "n", 4).Initializer(Floats("weight", Random(16), 4, 4))
            .Initializer(Floats("mask", [0, -1e9f, 0, 0], 4)).Initializer(Floats("two", [2], 1)).Initializer(Floats("bias", Random(4), 4))
            .Node("MatMul", ["x", "weight"], ["a"]).Node("Add", ["a", "bias"], ["b"]).Node("Mul", ["b", "two"], ["c"])
            .Node("Add", ["c", "mask"], ["d"]).Node("Softmax", ["d"], ["y"]);
        Assert.Equal(["bias", "weight"], ModelTuner.Tune(Model(graph), Options(6, 4)).Report.Trained.Order());
    }
}
