using GspMl.Onnx.Models;
using GspMl.Onnx.Proto;
using GspMl.Onnx.Tests.Building;
using GspMl.Onnx.Wire;
using GspMl.Projection;
using static GspMl.Onnx.Tests.Building.GraphBuilder;
using Elements = GspMl.Onnx.Proto.TensorProto.Types.DataType;

namespace GspMl.Onnx.Tests.Models;

/// <summary>Models that are unusual, legal or not, and what becomes of them.</summary>
public sealed class OddModelTests : IDisposable
{
    private static readonly PruningOptions HalfZeros = new() { Target = SparsityTarget.Zeros(0.5), Values = WeightValues.Original };
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Messages_that_lie_too_deep_in_each_other_are_an_error_and_no_end_of_the_stack()
    {
        byte[] graph = [];
        while (graph.Length < 200_000)
            graph =
                Varint.EncodeField(OnnxField.GraphNode,
                Varint.EncodeField(OnnxField.NodeAttribute, Varint.EncodeField(OnnxField.AttributeGraph, graph)));
        var error = Assert.Throws<OnnxModelException>(() => ModelFile.Parse("deep.onnx", Varint.EncodeField(OnnxField.ModelGraph, graph)));
        Assert.Contains("deep.onnx", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_tensor_behind_a_reshape_is_left_alone()
    {
        var model = MatMul(Floats("w", Random(12), 3, 4)).Initializer(Floats("none", [], 0, 3)).Initializer(Integers("shape", 3, 0))
            .Node("Reshape", ["none", "shape"], ["empty"]);
        Assert.Equal(["w"], Load(model).Weights.Select(weight => weight.Name));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 5)]
    [InlineData(0, -1)]
    public void A_permutation_that_is_none_is_not_followed(long first, long second)
    {
        var model = new GraphBuilder().Input("x", "n", 3).Output("y", "n", 4).Initializer(Floats("s", Random(12), 4, 3))
            .Node("Transpose", ["s"], ["w"], Attribute("perm", first, second)).Node("MatMul", ["x", "w"], ["y"]);
        Assert.Empty(Load(model).Weights);
    }

    [Fact]
    public void A_constant_that_goes_nowhere_is_no_obstacle()
    {
        var model = MatMul(Floats("w", Random(12), 3, 4));
        var constant = MakeNode("Constant", [], ["c"], Attribute("value", Floats("", [1], 1)));
        constant.Output.Clear();
        model.Graph.Node.Add(constant);
        Assert.Single(Load(model).Weights);
    }

    [Fact]
    public void Of_two_functions_with_one_name_the_overload_that_is_called_counts()
    {
        var model = new GraphBuilder(opset: 18).Input("x", "n", 3).Output("y", "n", 4).Initializer(Floats("w", Random(12), 3, 4));
        model.Model.IrVersion = 10;
        foreach (var (overload, op) in new[] { ("added", "Add"), ("multiplied", "MatMul") })
        {
            var function = new FunctionProto { Name = "Apply", Domain = "own", Overload = overload };
            function.Input.Add(["a", "b"]);
            function.Output.Add("c");
            function.Node.Add(MakeNode(op, ["a", "b"], ["c"]));
            model.Model.Functions.Add(function);
        }
        var call = MakeNode("Apply", ["x", "w"], ["y"]);
        (call.Domain, call.Overload) = ("own", "multiplied");
        model.Graph.Node.Add(call);
        Assert.Equal("MatMul", Assert.Single(Load(model).Weights).Operator);
    }

    [Theory]
    [InlineData("../outside.bin", "outside the model's folder")]
    [InlineData("missing.bin", "missing.bin")]
    public void Bad_data_of_a_tensor_that_is_no_weight_is_named_when_the_size_is_asked_for(string location, string message)
    {
        var bias = External("b", location, 0, Elements.Float, 4);
        var model = Load(MatMul(Floats("w", Random(12), 3, 4), "h").Initializer(bias).Node("Add", ["h", "b"], ["y"]));
        foreach (var size in new Func<long>[] { model.MeasureBytes, model.MeasureGzipBytes })
            Assert.Contains(message, Assert.Throws<OnnxModelException>(() => size()).Message, StringComparison.Ordinal);
        Assert.Contains(message, Assert.Throws<OnnxModelException>(() => model.Save(folder["out.onnx"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_entry_of_external_data_that_is_given_twice_is_named()
    {
        var weight = External("w", "w.bin", 0, Elements.Float, 3, 4);
        weight.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = "v.bin" });
        Assert.Contains("'w': its external data gives the location twice",
            Assert.Throws<OnnxModelException>(() => ModelPruner.Prune(Load(MatMul(weight)), HalfZeros)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_weight_on_the_bytes_of_another_tensor_is_left_alone()
    {
        File.WriteAllBytes(folder["w.bin"], Floats("", Random(24), 24).RawData.ToByteArray());
        var table = External("table", "w.bin", 0, Elements.Float, 3, 4);
        var model = MatMul(External("w", "w.bin", 0, Elements.Float, 3, 4), "h")
            .Initializer(table).Initializer(Integers("row", 1)).Node("Gather", ["table", "row"], ["g"]).Node("Add", ["h", "g"], ["y"])
            .Initializer(External("v", "./w.bin", 48, Elements.Float, 3, 4)).Node("MatMul", ["x", "v"], ["z"]);
        var loaded = Load(model);
        Assert.Equal(["v"], loaded.Weights.Select(weight => weight.Name));
        Assert.Contains(loaded.Skipped, tensor => tensor.Name == "w" && tensor.Reason == "its external data is that of 'table' too");
    }

    [Fact]
    public void Of_weights_that_are_one_in_the_file_one_is_pruned()
    {
        File.WriteAllBytes(folder["w.bin"], Floats("", Random(12), 12).RawData.ToByteArray());
        var model = MatMul(External("w", "w.bin", 0, Elements.Float, 3, 4)).Initializer(External("v", "w.bin", 0, Elements.Float, 3, 4))
            .Node("MatMul", ["x", "v"], ["z"]);
        Assert.Single(Load(model).Weights);
    }

    [Fact]
    public void A_disposed_model_is_not_written_as_if_it_had_not_been_pruned()
    {
        var model = Load(MatMul(Floats("w", Random(12), 3, 4)));
        var pruned = ModelPruner.Prune(model, HalfZeros).Model;
        pruned.Dispose();
        Assert.Throws<ObjectDisposedException>(() => pruned.Save(folder["out.onnx"]));
        model.Dispose();
        Load(MatMul(Floats("w", Random(12), 3, 4))).Save(folder["again.onnx"]);
    }

    [Fact]
    public void A_path_that_is_none_is_an_error_like_a_missing_file() => Assert.Throws<OnnxModelException>(() => OnnxModel.Load(""));

    private OnnxModel Load(GraphBuilder model) => OnnxModel.Load(model.Save(folder["model.onnx"]));

    private static GraphBuilder MatMul(TensorProto weight, string output = "y")
        => new GraphBuilder().Input("x", "n", 3).Output("y", "n", 4).Initializer(weight).Node("MatMul", ["x", weight.Name], [output]);

    private static TensorProto External(string name, string location, long offset, Elements type, params long[] shape)
        => Outside(Shaped(name, type, shape), ("location", location), ("offset", $"{offset}"));
}
