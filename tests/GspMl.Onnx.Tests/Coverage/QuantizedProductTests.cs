using Google.Protobuf;
using GspMl.Onnx.Proto;
using GspMl.Onnx.Tests.Building;
using GspMl.Projection;
using static GspMl.Onnx.Tests.Building.GraphBuilder;
using Elements = GspMl.Onnx.Proto.TensorProto.Types.DataType;

namespace GspMl.Onnx.Tests.Coverage;

/// <summary>
/// Weights of operators that multiply bytes: what is pruned becomes the zero point, the others keep their bytes, and ONNX Runtime runs what
/// is written.
/// </summary>
public sealed class QuantizedProductTests : IDisposable
{
    private const int Inputs = 6, Outputs = 4;
    private const string Microsoft = "com.microsoft";

    private static readonly SparsityTarget Half = SparsityTarget.Zeros(0.5);
    private static readonly float[] Scales = [0.01f, 0.02f, 0.04f, 0.08f];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void ConvInteger()
        => Check(Quantized(Image()).Node("ConvInteger", ["q", "w", "z", "zero"], ["p"]).Node("Cast", ["p"], ["y"], ToFloat),
            [Outputs, Inputs, 1, 1]);

    [Fact]
    public void MatMulInteger()
        => Check(Quantized(Rows()).Node("MatMulInteger", ["q", "w", "z", "zero"], ["p"]).Node("Cast", ["p"], ["y"], ToFloat),
            [Inputs, Outputs]);

    [Fact]
    public void MatMulInteger_without_a_zero_point()
        => Check(Quantized(Rows()).Node("MatMulInteger", ["q", "w", "z"], ["p"]).Node("Cast", ["p"], ["y"], ToFloat),
            [Inputs, Outputs], zeroPoint: 0);

    [Fact]
    public void QLinearConv_with_a_scale_for_each_output()
        => Check(Quantized(Image()).Initializer(Floats("scales", Scales, Outputs))
            .Initializer(Bytes("zeros", [120, 120, 120, 120], Outputs)).Initializer(Floats("s", [0.1f]))
            .Node("QLinearConv", ["q", "qs", "z", "w", "scales", "zeros", "s", "zero"], ["p"])
            .Node("DequantizeLinear", ["p", "s", "zero"], ["y"]),
            [Outputs, Inputs, 1, 1], scales: Scales);

    [Fact]
    public void QLinearMatMul()
        => Check(Quantized(Rows()).Initializer(Floats("s", [0.1f]))
            .Node("QLinearMatMul", ["q", "qs", "z", "w", "s", "zero", "s", "zero"], ["p"])
            .Node("DequantizeLinear", ["p", "s", "zero"], ["y"]),
            [Inputs, Outputs]);

    [Fact]
    public void QGemm()
        => Check(Of(Microsoft, Quantized(Rows()).Initializer(Floats("s", [0.1f]))
            .Node("QGemm", ["q", "qs", "z", "w", "s", "zero"], ["y"], Attribute("transB", 1))),
            [Outputs, Inputs]);

    [Fact]
    public void MatMulIntegerToFloat()
        => Check(Of(Microsoft, Quantized(Rows()).Initializer(Floats("s", [0.1f]))
            .Node("MatMulIntegerToFloat", ["q", "w", "qs", "s", "z", "zero"], ["y"])),
            [Inputs, Outputs]);

    [Fact]
    public void DynamicQuantizeMatMul()
        => Check(Of(Microsoft, Rows().Initializer(Floats("s", [0.1f])).Initializer(Bytes("zero", [120]))
            .Node("DynamicQuantizeMatMul", ["x", "w", "s", "zero"], ["y"])),
            [Inputs, Outputs]);

    [Theory]
    [InlineData("'z', which tells how it is quantized, is not stored in the model", "z", 1)]
    [InlineData("it has other scales or zero points than one for each output", "three", 3)]
    public void What_cannot_be_read_as_numbers_is_left_alone(string reason, string zeroPoint, int count)
    {
        var graph = Quantized(Rows()).Initializer(Bytes("w", Stored(), Inputs, Outputs)).Initializer(Bytes("three", new byte[count], count))
            .Node("MatMulInteger", ["q", "w", "z", zeroPoint], ["p"]).Node("Cast", ["p"], ["y"], ToFloat);
        using var model = OnnxModel.Load(graph.Model.ToByteArray(), "model");
        Assert.Contains(reason, model.Skipped.Single(tensor => tensor.Name == "w").Reason, StringComparison.Ordinal);
    }

    private static AttributeProto ToFloat => Attribute("to", (long)Elements.Float);

    private static GraphBuilder Rows() => new GraphBuilder().Input("x", 3, Inputs).Output("y", 3, Outputs);

    private static GraphBuilder Image() => new GraphBuilder().Input("x", 1, Inputs, 2, 2).Output("y", 1, Outputs, 2, 2);

    private static GraphBuilder Quantized(GraphBuilder graph)
        => graph.Initializer(Bytes("zero", [120])).Node("DynamicQuantizeLinear", ["x"], ["q", "qs", "z"]);

    private static GraphBuilder Of(string domain, GraphBuilder graph)
    {
        graph.Graph.Node[^1].Domain = domain;
        graph.Model.OpsetImport.Add(new OperatorSetIdProto { Domain = domain, Version = 1 });
        return graph;
    }

    private static TensorProto Bytes(string name, byte[] values, params long[] shape)
    {
        var tensor = Shaped(name, Elements.Uint8, shape);
        tensor.RawData = ByteString.CopyFrom(values);
        return tensor;
    }

    /// <summary>Numbers on both sides of the zero point, each magnitude once in a filter.</summary>
    private static byte[] Stored()
        => [.. Enumerable.Range(0, Inputs * Outputs).Select(i => (byte)(120 + ((i % 2 == 0 ? 1 : -1) * 2 * (i + 1))))];

    private IReadOnlyList<float> Answers(int[] shape)
        => MaskedReference.Outputs(folder["pruned.onnx"], [InputTensor.Create("x", Random(shape.Aggregate((a, b) => a * b)), shape)]);

    /// <param name="graph">Reads "w", which is added.</param>
    /// <param name="shape">The shape of "w".</param>
    /// <param name="zeroPoint">The byte that is zero.</param>
    /// <param name="scales">One for each output; null where all are alike.</param>
    private void Check(GraphBuilder graph, int[] shape, byte zeroPoint = 120, float[]? scales = null)
    {
        var (stored, isFirst) = (Stored(), shape[0] == Outputs);
        graph.Initializer(Bytes("w", stored, [.. shape.Select(extent => (long)extent)]));
        using var model = OnnxModel.Load(graph.Save(folder["model.onnx"]));

        ModelPruner.Prune(model, new() { Target = Half, Values = WeightValues.Original }).Model.Save(folder["pruned.onnx"]);

        var layer = new OperatorCase("reference", "MatMul", 1, shape[..2], [3, Inputs],
            at => isFirst ? new(0, at[0], at[1]) : new(0, at[1], at[0]), [], 2);
        double[] values = [.. stored.Select((q, i) => (q - zeroPoint) * (double)(scales?[isFirst ? i / Inputs : i % Outputs] ?? 1))];
        var masked = MaskedReference.Prune(values, layer, WeightGroup.Filter, Half);
        var written = ModelProto.Parser.ParseFrom(File.ReadAllBytes(folder["pruned.onnx"])).Graph.Initializer.Single(t => t.Name == "w");
        Assert.Equal(stored.Zip(masked, (q, value) => value == 0 ? zeroPoint : q), written.RawData.ToByteArray());
        Assert.All(Answers(shape.Length == 4 ? [1, Inputs, 2, 2] : [3, Inputs]), value => Assert.True(float.IsFinite(value)));
    }
}
