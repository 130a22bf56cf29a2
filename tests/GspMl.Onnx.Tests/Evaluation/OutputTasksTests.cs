using GspMl.Onnx.Proto;
using GspMl.Onnx.Tests.Building;
using static GspMl.Onnx.Tests.Building.GraphBuilder;

namespace GspMl.Onnx.Tests.Evaluation;

public sealed class OutputTasksTests : IDisposable
{
    private static readonly EvaluationOptions Untimed = new() { LatencyRuns = 0, CompressedSize = false };
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("lenet300")]
    [InlineData("lenet5")]
    [InlineData("mobilenet_mini_bn")]
    [InlineData("resnet14_bn")]
    [InlineData("vit_tiny")]
    public void The_shipped_nets_are_judged_by_class_whatever_their_output_is_called(string name)
    {
        using var model = OnnxModel.Load(ShippedModels.PathOf($"{name}.onnx"));
        var output = ModelEvaluator.Evaluate(model, new(ShippedModels.Digits(200).Inputs), Untimed).Outputs[0];

        Assert.Equal(OutputTask.Classes, output.Task!.Task);
        Assert.Equal(OutputTask.Classes, GspMl.Onnx.Evaluation.Outputs.TaskFinder.Find(output with { Name = "y" }, ending: null).Task);
    }

    [Theory]
    [InlineData("Softmax", OutputTask.Classes)]
    [InlineData("LogSoftmax", OutputTask.Classes)]
    [InlineData("Sigmoid", OutputTask.Map)]
    [InlineData("Relu", OutputTask.Embedding)]
    [InlineData("Neg", OutputTask.Embedding)]
    public void The_end_of_the_graph_is_looked_at_through_nodes_that_only_move_values(string op, OutputTask task)
    {
        using var model = Load(new GraphBuilder().Input("x", "n", 20).Output("y", "n", 20).Node(op, ["x"], ["a"]).Node("Identity", ["a"],
            ["y"]));

        Assert.Equal(task, ModelEvaluator.Evaluate(model, Rows(20), Untimed).Outputs[0].Task!.Task);
    }

    [Fact]
    public void Branches_of_a_subgraph_are_followed_to_what_lies_around_it()
    {
        static GraphProto Branch(string name)
        {
            var graph = new GraphProto { Name = name };
            graph.Node.Add(MakeNode("Identity", ["s"], [name]));
            graph.Output.Add(Value(name, TensorProto.Types.DataType.Float, "n", 1));
            return graph;
        }
        using var model = Load(new GraphBuilder().Input("x", "n", 1).Output("y", "n", 1).Initializer(new TensorProto
        {
            Name = "c",
            DataType = (int)TensorProto.Types.DataType.Bool,
            RawData = Google.Protobuf.ByteString.CopyFrom(1),
        }).Node("Sigmoid", ["x"], ["s"]).Node("If", ["c"], ["y"], Attribute("then_branch", Branch("t")),
            Attribute("else_branch", Branch("e"))));

        var output = ModelEvaluator.Evaluate(model, Rows(1), Untimed).Outputs[0];

        Assert.Equal((OutputTask.Classes, 0.5), (output.Task!.Task, output.Task.Threshold));
        Assert.Equal(0.25, ModelEvaluator.Evaluate(model, Rows(1), Untimed with { Threshold = 0.25 }).Outputs[0].Task!.Threshold);
    }

    [Fact]
    public void What_the_caller_says_of_one_output_goes_before_what_is_said_of_all()
    {
        using var model = TwoOutputs();
        var options = Untimed with { Tasks = [new(null, OutputTask.Embedding), new("b", OutputTask.Regression)] };

        var both = ModelEvaluator.Compare(model, model, Rows(20), options);

        Assert.Equal([OutputTask.Embedding, OutputTask.Regression], both.Judgements.Select(judgement => judgement.Task.Task));
        Assert.All(both.Judgements, judgement => Assert.True(judgement.Task.IsGiven));
        Assert.Equal(1, both.Judgements[0].Embedding!.Cosine.Value, 1e-12);
        Assert.Equal(0, both.Judgements[1].Regression!.Relative.Value);
        Assert.Null(both.Agreement);
    }

    [Fact]
    public void A_task_that_does_not_fit_is_refused_with_the_shape()
    {
        using var model = TwoOutputs();
        string Refused(params NamedTask[] tasks) => Assert.Throws<OnnxModelException>(()
            => ModelEvaluator.Evaluate(model, Rows(20), Untimed with { Tasks = tasks })).Message;

        Assert.Contains("output 'a' [rows,20] cannot be judged as sequence: a row needs steps and symbols", Refused(new NamedTask("a",
            OutputTask.Sequence)), StringComparison.Ordinal);
        Assert.Contains("none of its outputs can be judged as sequence", Refused(new NamedTask(null, OutputTask.Sequence)),
            StringComparison.Ordinal);
        Assert.Contains("no numeric output 'c'; it has 'a', 'b'", Refused(new NamedTask("c", OutputTask.Map)), StringComparison.Ordinal);
    }

    [Fact]
    public void An_output_that_is_an_embedding_has_no_classes_unless_they_are_asked_for()
    {
        using var model = TwoOutputs();

        Assert.Empty(ModelEvaluator.Evaluate(model, Rows(20), Untimed).Classes);
        Assert.Equal("b", ModelEvaluator.Evaluate(model, Rows(20), Untimed with { Output = "b" }).ClassesOutput);
        Assert.Equal(40, ModelEvaluator.Evaluate(model, new(Rows(20).Inputs, new long[40]), Untimed).Classes.Count);
    }

    [Fact]
    public void The_candidate_is_judged_by_what_the_baseline_is_for()
    {
        using var model = OnnxModel.Load(ShippedModels.PathOf("lenet300.onnx"));
        var dense = ModelEvaluator.Evaluate(model, new(ShippedModels.Digits(50).Inputs), Untimed);
        var output = dense.Outputs[0] with { Task = new(OutputTask.Regression, "") };
        var other = dense with { Classes = [], ClassesOutput = null, Outputs = [output] };

        Assert.Equal(1, ModelEvaluator.Compare(dense, other).Agreement);
        Assert.Null(ModelEvaluator.Compare(other, dense).Agreement);
    }

    [Fact]
    public void Options_that_mean_nothing_are_refused()
    {
        using var model = TwoOutputs();
        Assert.Throws<ArgumentOutOfRangeException>(() => ModelEvaluator.Evaluate(model, Rows(20), Untimed with { Blank = -1 }));
        Assert.Throws<ArgumentOutOfRangeException>(()
            => ModelEvaluator.Evaluate(model, Rows(20), Untimed with { Tasks = [new(null, (OutputTask)9)] }));
        Assert.Throws<ArgumentException>(() => ModelEvaluator.Evaluate(model, Rows(20), Untimed with { Tasks = [null!] }));
        Assert.Equal(Untimed with { Tasks = [new("a", OutputTask.Map)] }, Untimed with { Tasks = [new("a", OutputTask.Map)] });
    }

    [Fact]
    public void A_blank_symbol_where_nothing_is_read_as_a_sequence_is_refused()
    {
        using var model = TwoOutputs();
        var error = Assert.Throws<OnnxModelException>(() => ModelEvaluator.Evaluate(model, Rows(20), Untimed with { Blank = 3 }));
        Assert.EndsWith("there is no sequence in which 3 could be the blank symbol: 'a' is taken as embedding, 'b' is taken as embedding.",
            error.Message, StringComparison.Ordinal);
    }

    private OnnxModel TwoOutputs() => Load(new GraphBuilder().Input("x", "n", 20).Output("a", "n", 20).Output("b", "n", 20)
        .Node("Neg", ["x"], ["a"]).Node("Tanh", ["x"], ["b"]));

    private static EvaluationData Rows(int length) => new([InputTensor.Create("x", Random(40 * length), 40, length)]);

    private OnnxModel Load(GraphBuilder builder) => OnnxModel.Load(builder.Save(folder["model.onnx"]));
}
