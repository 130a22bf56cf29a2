using Google.Protobuf;
using GspMl.Onnx.Proto;
using GspMl.Onnx.Tests.Building;
using GspMl.Projection;
using static GspMl.Onnx.Tests.Building.GraphBuilder;
using Elements = GspMl.Onnx.Proto.TensorProto.Types.DataType;

namespace GspMl.Onnx.Tests.Coverage;

/// <summary>
/// Weights that reach their node through other nodes, subgraphs and functions, compared with a MatMul whose masked weight is fed.
/// </summary>
public sealed class DataFlowTests : IDisposable
{
    private const int Inputs = 6, Outputs = 4;
    private static readonly SparsityTarget Half = SparsityTarget.Zeros(0.5);
    private static readonly OperatorCase MatMul =
        new("reference", "MatMul", 1, [Inputs, Outputs], [3, Inputs], at => new(0, at[1], at[0]), [], 2);
    private static readonly float[] Weight = Random(Inputs * Outputs, seed: 9);
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Identity() => Check(Graph().Initializer(W("s")).Node("Identity", ["s"], ["w"]).Node("MatMul", ["x", "w"], ["y"]));

    [Fact]
    public void Transpose()
        => Check(Graph().Initializer(Transposed("s")).Node("Transpose", ["s"], ["w"]).Node("MatMul", ["x", "w"], ["y"]));

    [Fact]
    public void Transpose_with_a_permutation()
        => Check(Graph().Initializer(Transposed("s")).Node("Transpose", ["s"], ["w"], Attribute("perm", 1, 0))
            .Node("MatMul", ["x", "w"], ["y"]));

    [Theory]
    [InlineData(new long[] { 24 })]
    [InlineData(new long[] { 2, 3, 4 })]
    [InlineData(new long[] { 3, 2, 2, 2 })]
    public void Reshape(long[] stored)
        => Check(Graph().Initializer(Floats("s", Weight, stored)).Initializer(Integers("shape", Inputs, -1))
            .Node("Reshape", ["s", "shape"], ["w"]).Node("MatMul", ["x", "w"], ["y"]));

    [Fact]
    public void Reshape_to_a_shape_from_a_constant_node_with_a_copied_extent()
        => Check(Graph().Initializer(Floats("s", Weight, Inputs, 2, 2)).Node("Constant", [], ["shape"], Attribute("value_ints", 0, Outputs))
            .Node("Reshape", ["s", "shape"], ["w"]).Node("MatMul", ["x", "w"], ["y"]));

    [Fact]
    public void A_chain_of_all()
    {
        var stored = Shaped("s", Elements.Double, 2, 2, Inputs);
        // [4,6] as stored, seen as [2,2,6] → [6,2,2] → [6,4].
        stored.DoubleData.Add(TransposedValues().Select(v => (double)v));
        Check(Graph().Initializer(stored).Initializer(Integers("shape", Inputs, Outputs))
            .Node("Identity", ["s"], ["a"]).Node("Cast", ["a"], ["b"], Attribute("to", (long)Elements.Float))
            .Node("Transpose", ["b"], ["c"], Attribute("perm", 2, 0, 1)).Node("Reshape", ["c", "shape"], ["w"])
                .Node("MatMul", ["x", "w"], ["y"]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Quantized_bytes(bool negative)
    {
        var (scales, zeroPoint) = (new[] { 0.02f }, negative ? -3 : 120);
        var steps = Enumerable.Range(0, Weight.Length).Select(i => (i % 2 == 0 ? 1 : -1) * (i * 2 + 1)).ToArray();
        var weight = steps.Select(q => (float)q * scales[0]).ToArray();
        var builder = Graph().Initializer(Bytes("q", steps.Select(q => q + zeroPoint), negative, Inputs, Outputs))
            .Initializer(Floats("scale", scales))
            .Initializer(Bytes("zero", [zeroPoint], negative))
            .Node("DequantizeLinear", ["q", "scale", "zero"], ["w"]).Node("MatMul", ["x", "w"], ["y"]);
        CheckBytes(builder, weight, zeroPoint);
    }

    [Fact]
    public void Quantized_bytes_with_a_scale_for_each_output()
    {
        float[] scales = [0.01f, 0.02f, 0.03f, 0.05f];
        var steps = Enumerable.Range(0, Weight.Length).Select(i => (i % 3 == 0 ? 1 : -1) * (i + 1)).ToArray();
        var weight = steps.Select((q, i) => q * scales[i % Outputs]).ToArray();
        CheckBytes(Graph().Initializer(Bytes("q", steps, true, Inputs, Outputs)).Initializer(Floats("scale", scales, Outputs))
            .Node("DequantizeLinear", ["q", "scale"], ["w"], Attribute("axis", 1)).Node("MatMul", ["x", "w"], ["y"]), weight, 0);
    }

    [Fact]
    public void Projected_quantized_weights_stay_on_their_steps()
    {
        var steps = Enumerable.Range(1, Weight.Length).ToArray();
        Graph().Initializer(Bytes("q", steps, true, Inputs, Outputs)).Initializer(Floats("scale", [0.5f]))
            .Node("DequantizeLinear", ["q", "scale"], ["w"]).Node("MatMul", ["x", "w"], ["y"]).Save(folder["model.onnx"]);
        using var model = OnnxModel.Load(folder["model.onnx"]);
        var result = ModelPruner.Prune(model, new() { Target = SparsityTarget.Zeros(0.25) });
        result.Model.Save(folder["pruned.onnx"]);
        var stored = ModelProto.Parser.ParseFrom(File.ReadAllBytes(folder["pruned.onnx"])).Graph.Initializer[0].RawData.ToByteArray();
        Assert.Equal(result.Report.ZeroCountAfter, stored.Count(q => q == 0));
        Assert.InRange(result.Report.Zeros, 0.25, 0.5);
        Assert.All(stored, q => Assert.InRange((int)(sbyte)q, 0, 127));
    }

    [Fact]
    public void Both_branches_of_an_if()
    {
        var branch = new GraphProto { Name = "then" };
        branch.Initializer.Add(W("w"));
        branch.Node.Add(MakeNode("MatMul", ["x", "w"], ["b"]));
        branch.Output.Add(Value("b", Elements.Float, 3, Outputs));
        var other = branch.Clone();
        other.Initializer[0] = Floats("w", Random(Weight.Length, seed: 99), Inputs, Outputs);
        var condition = Shaped("yes", Elements.Bool);
        condition.Int32Data.Add(1);
        var names =
            Check(Graph().Initializer(condition)
            .Node("If", ["yes"], ["y"], Attribute("then_branch", branch), Attribute("else_branch", other)));
        Assert.Equal(["if_y/then_branch/w", "if_y/else_branch/w"], names);
    }

    [Fact]
    public void A_subgraph_that_reads_a_weight_of_the_graph_around_it()
    {
        var branch = new GraphProto { Name = "branch" };
        branch.Node.Add(MakeNode("MatMul", ["x", "w"], ["b"]));
        branch.Output.Add(Value("b", Elements.Float, 3, Outputs));
        var condition = Shaped("yes", Elements.Bool);
        condition.Int32Data.Add(1);
        Check(Graph().Initializer(W("w")).Initializer(condition)
            .Node("If", ["yes"], ["y"], Attribute("then_branch", branch), Attribute("else_branch", branch.Clone())));
    }

    [Fact]
    public void The_body_of_a_loop()
    {
        var body = new GraphProto { Name = "body" };
        body.Input.Add([Value("i", Elements.Int64), Value("go", Elements.Bool), Value("h", Elements.Float, 3, Outputs)]);
        body.Initializer.Add(W("w"));
        body.Node.Add([MakeNode("Identity", ["go"], ["on"]), MakeNode("MatMul", ["x", "w"], ["next"])]);
        body.Output.Add([Value("on", Elements.Bool), Value("next", Elements.Float, 3, Outputs)]);
        var yes = Shaped("yes", Elements.Bool);
        yes.Int32Data.Add(1);
        var once = Shaped("once", Elements.Int64);
        once.Int64Data.Add(1);
        Check(Graph().Initializer(yes).Initializer(once).Initializer(Floats("start", new float[3 * Outputs], 3, Outputs))
            .Node("Loop", ["once", "yes", "start"], ["y"], Attribute("body", body)));
    }

    [Fact]
    public void The_body_of_a_scan()
    {
        var body = new GraphProto { Name = "body" };
        body.Input.Add(Value("row", Elements.Float, Inputs));
        body.Initializer.Add(W("w"));
        body.Node.Add(MakeNode("MatMul", ["row", "w"], ["out"]));
        body.Output.Add(Value("out", Elements.Float, Outputs));
        Check(Graph().Node("Scan", ["x"], ["y"], Attribute("body", body), Attribute("num_scan_inputs", 1)));
    }

    [Fact]
    public void An_input_of_a_subgraph_hides_the_weight_of_the_same_name()
    {
        var body = new GraphProto { Name = "body" };
        body.Input.Add(Value("w", Elements.Float, Inputs));
        body.Initializer.Add(Floats("v", Weight, Inputs, Outputs));
        body.Node.Add(MakeNode("MatMul", ["w", "v"], ["out"]));
        body.Output.Add(Value("out", Elements.Float, Outputs));
        Graph().Initializer(W("w")).Node("Scan", ["x"], ["y"], Attribute("body", body), Attribute("num_scan_inputs", 1))
            .Save(folder["model.onnx"]);
        using var model = OnnxModel.Load(folder["model.onnx"]);
        Assert.Equal("scan_y/body/v", Assert.Single(model.Weights).Name);
        Assert.Equal("no node reads it", Assert.Single(model.Skipped, s => s.Name == "w").Reason);
    }

    [Fact]
    public void A_local_function_with_the_weight_inside()
    {
        var function = Function(["a"]);
        function.Node.Add([MakeNode("Constant", [], ["w"], Attribute("value", W(""))), MakeNode("MatMul", ["a", "w"], ["b"])]);
        Check(Graph(function).Node("Dense", ["x"], ["y"]), domain: "own");
    }

    [Fact]
    public void A_local_function_that_is_handed_the_weight()
    {
        var function = Function(["a", "m"]);
        function.Node.Add([MakeNode("Identity", ["m"], ["w"]), MakeNode("MatMul", ["a", "w"], ["b"])]);
        Check(Graph(function).Initializer(W("s")).Node("Dense", ["x", "s"], ["y"]), domain: "own");
    }

    [Fact]
    public void A_local_function_whose_attribute_holds_the_weight()
    {
        var function = Function(["a"]);
        function.Attribute.Add("matrix");
        var reference = new AttributeProto { Name = "value", RefAttrName = "matrix", Type = AttributeProto.Types.AttributeType.Tensor };
        function.Node.Add([MakeNode("Constant", [], ["w"], reference), MakeNode("MatMul", ["a", "w"], ["b"])]);
        Check(Graph(function).Node("Dense", ["x"], ["y"], Attribute("matrix", W("held"))), domain: "own");
    }

    private static GraphBuilder Graph(FunctionProto? function = null)
    {
        var builder = new GraphBuilder().Input("x", 3, Inputs).Output("y", 3, Outputs);
        if (function is null) return builder;
        builder.Model.OpsetImport.Add(new OperatorSetIdProto { Domain = "own", Version = 1 });
        builder.Model.Functions.Add(function);
        return builder;
    }

    private static FunctionProto Function(string[] inputs)
    {
        var function = new FunctionProto { Name = "Dense", Domain = "own" };
        function.Input.Add(inputs);
        function.Output.Add("b");
        function.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = 17 });
        return function;
    }

    private static TensorProto W(string name) => Floats(name, Weight, Inputs, Outputs);

    private static TensorProto Transposed(string name) => Floats(name, TransposedValues(), Outputs, Inputs);

    private static float[] TransposedValues()
        => [.. Enumerable.Range(0, Weight.Length).Select(i => Weight[i % Inputs * Outputs + i / Inputs])];

    private static TensorProto Bytes(string name, IEnumerable<int> values, bool negative, params long[] shape)
    {
        var tensor = Shaped(name, negative ? Elements.Int8 : Elements.Uint8, shape);
        tensor.RawData = ByteString.CopyFrom([.. values.Select(v => (byte)v)]);
        return tensor;
    }

    /// <summary>Prunes, writes, runs, and compares; returns the weights' names.</summary>
    private IReadOnlyList<string> Check(GraphBuilder builder, float[]? weight = null, string domain = "", float tolerance = 1e-5f)
    {
        if (domain.Length > 0) builder.Graph.Node[^1].Domain = domain;
        using var model = OnnxModel.Load(builder.Save(folder["model.onnx"]));
        using var pruned = ModelPruner.Prune(model, new() { Target = Half, Values = WeightValues.Original }).Model;
        pruned.Save(folder["pruned.onnx"]);

        var masked = MaskedReference.Prune([.. (weight ?? Weight).Select(v => (double)v)], MatMul, WeightGroup.Filter, Half);
        var expected = MaskedReference.Run(MatMul, masked, MaskedReference.Data(MatMul), folder);
        var actual = MaskedReference.Outputs(folder["pruned.onnx"], MaskedReference.Data(MatMul));
        Assert.Equal(expected.Count, actual.Count);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, tolerance));
        return [.. model.Weights.Select(w => w.Name)];
    }

    /// <summary>Compares the stored bytes exactly; ONNX Runtime multiplies quantized weights in a coarser arithmetic of its own.</summary>
    private void CheckBytes(GraphBuilder builder, float[] weight, int zeroPoint)
    {
        Check(builder, weight, tolerance: 2e-2f);
        var masked = MaskedReference.Prune([.. weight.Select(v => (double)v)], MatMul, WeightGroup.Filter, Half);
        var dense = builder.Graph.Initializer[0].RawData.ToByteArray();
        var stored = ModelProto.Parser.ParseFrom(File.ReadAllBytes(folder["pruned.onnx"])).Graph.Initializer[0].RawData.ToByteArray();
        Assert.Equal(dense.Zip(masked, (q, v) => v == 0 ? (byte)zeroPoint : q), stored);
    }
}
