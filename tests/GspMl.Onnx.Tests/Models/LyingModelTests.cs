using Google.Protobuf;
using GspMl.Onnx.Proto;
using GspMl.Onnx.Tests.Building;
using GspMl.Projection;
using static GspMl.Onnx.Tests.Building.GraphBuilder;
using Elements = GspMl.Onnx.Proto.TensorProto.Types.DataType;

namespace GspMl.Onnx.Tests.Models;

/// <summary>Models that claim what is not so: each ends in an error that names the file, or is read as what it is.</summary>
public sealed class LyingModelTests : IDisposable
{
    private const long Gigabytes = 1L << 33;
    private static readonly PruningOptions HalfZeros = new() { Target = SparsityTarget.Zeros(0.5), Values = WeightValues.Original };
    private static readonly SaveOptions Unchecked = new() { CheckLoads = false };
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(1L << 32, 1L << 32)]
    [InlineData(long.MaxValue, long.MaxValue)]
    [InlineData(3037000500, 3037000500)]
    [InlineData(-1, 4)]
    [InlineData(-4, -3)]
    [InlineData(long.MinValue, 1)]
    public void Extents_that_no_tensor_has_are_refused(long rows, long columns)
        => AssertRefused(Layer(Floats("w", Random(12), rows, columns)), "impossible shape");

    [Theory]
    [InlineData(4, 4)]
    [InlineData(1000, 1000)]
    [InlineData(1 << 20, 1 << 11)]
    public void Extents_that_the_data_does_not_fill_are_refused_without_room_for_them(long rows, long columns)
    {
        var before = GC.GetTotalAllocatedBytes(precise: true);
        AssertRefused(Layer(Floats("w", Random(12), rows, columns)), "48 bytes");
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 16 << 20);
    }

    [Fact]
    public void Typed_data_that_does_not_fill_its_shape_is_refused_without_room_for_it()
    {
        var tensor = Shaped("w", Elements.Float, 1 << 20, 1 << 10);
        tensor.FloatData.Add(1);
        AssertRefused(Layer(tensor), "'w'");
    }

    [Theory]
    [InlineData("-1", "48")]
    [InlineData("0", "-48")]
    [InlineData("9223372036854775807", "48")]
    [InlineData("9223372036854775800", "9223372036854775800")]
    [InlineData("99999999999999999999999", "48")]
    [InlineData("49", "48")]
    public void Places_of_external_data_that_no_file_has_are_refused(string offset, string length)
        => AssertRefused(Layer(External("w.bin", offset, length)), "'w'");

    [Theory]
    [InlineData("/etc/hostname")]
    [InlineData("..")]
    [InlineData("../../etc/hostname")]
    [InlineData("a/../../w.bin")]
    [InlineData("\\\\host\\share\\w.bin")]
    [InlineData("//host/share/w.bin")]
    [InlineData("C:\\w.bin")]
    [InlineData("file:///etc/hostname")]
    [InlineData("")]
    public void Names_of_external_data_outside_the_folder_are_refused(string location)
        => AssertRefused(Layer(External(location, "0", "48")), "'w'");

    [Fact]
    public void External_data_that_claims_gigabytes_is_refused_without_room_for_it()
        => AssertRefused(Layer(External("w.bin", "0", $"{Gigabytes}", 1 << 16, 1 << 15)), "'w'");

    [Fact]
    public void Nodes_that_read_what_they_put_out_are_no_endless_walk()
    {
        var model = Layer(Floats("w", Random(12), 4, 3)).Node("Identity", ["a"], ["b"]).Node("Identity", ["b"], ["a"])
            .Node("MatMul", ["x", "a"], ["z"]).Node("Add", ["c", "w"], ["c"]);
        AssertReadOrRefused(model);
    }

    [Fact]
    public void Two_tensors_of_one_name_do_not_mix()
    {
        var model = Layer(Floats("w", Random(12), 4, 3)).Initializer(Floats("w", Random(20, 2), 5, 4));
        AssertReadOrRefused(model);
    }

    [Fact]
    public void Functions_that_call_themselves_are_no_endless_walk()
    {
        var builder = new GraphBuilder(opset: 18).Input("x", "n", 4).Output("y", "n", 3).Initializer(Floats("w", Random(12), 4, 3));
        var function = new FunctionProto { Name = "Apply", Domain = "own" };
        function.Input.Add(["a", "b"]);
        function.Output.Add("c");
        var inner = MakeNode("Apply", ["a", "b"], ["c"]);
        inner.Domain = "own";
        function.Node.Add(inner);
        builder.Model.Functions.Add(function);
        var call = MakeNode("Apply", ["x", "w"], ["y"]);
        call.Domain = "own";
        builder.Graph.Node.Add(call);
        AssertReadOrRefused(builder);
    }

    [Theory]
    [InlineData(12)]
    [InlineData(-1)]
    [InlineData(long.MaxValue)]
    public void Places_of_a_sparse_tensor_outside_its_shape_are_refused(long place)
    {
        var builder = new GraphBuilder().Input("x", "n", 4).Output("y", "n", 3).Node("MatMul", ["x", "w"], ["y"]);
        var sparse = new SparseTensorProto { Values = Floats("w", [1, 2], 2), Indices = Integers("", 0, place) };
        sparse.Dims.Add([4, 3]);
        builder.Graph.SparseInitializer.Add(sparse);
        AssertReadOrRefused(builder);
    }

    [Fact]
    public void Text_where_numbers_belong_is_left_alone()
    {
        var tensor = Shaped("w", Elements.String, 4, 3);
        tensor.StringData.Add(Enumerable.Repeat(ByteString.CopyFromUtf8("word"), 12));
        AssertRead(Layer(tensor), 0);
    }

    [Fact]
    public void Attributes_of_another_kind_than_their_name_says_are_an_error_or_ignored()
    {
        var model = new GraphBuilder().Input("x", "n", 1, 8, 8).Output("y", "n", 4, 6, 6).Initializer(Floats("w", Random(36), 4, 1, 3, 3))
            .Node("Conv", ["x", "w"], ["y"], Attribute("group", long.MinValue), Attribute("kernel_shape", -3, long.MaxValue));
        AssertReadOrRefused(model);
    }

    private static GraphBuilder Layer(TensorProto weight)
        => new GraphBuilder().Input("x", "n", 4).Output("y", "n", 3).Initializer(weight).Node("MatMul", ["x", "w"], ["y"]);

    private static TensorProto External(string location, string offset, string length, params long[] shape)
        => Outside(Shaped("w", Elements.Float, shape.Length == 0 ? [4, 3] : shape),
            ("location", location), ("offset", offset), ("length", length));

    private void AssertRefused(GraphBuilder model, string why)
    {
        var error = Assert.Throws<OnnxModelException>(() => Work(model));
        Assert.Contains("m.onnx", error.Message, StringComparison.Ordinal);
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(folder["o.onnx"]));
    }

    private void AssertRead(GraphBuilder model, int weights)
    {
        using var read = Read(model);
        Assert.Equal(weights, read.Weights.Count);
    }

    private void AssertReadOrRefused(GraphBuilder model)
    {
        try { Work(model); }
        catch (Exception e) when (e is OnnxModelException or NothingMatchedException)
        {
            Assert.Contains("m.onnx", e.Message, StringComparison.Ordinal);
        }
    }

    /// <summary>All that is done without ONNX Runtime.</summary>
    private void Work(GraphBuilder model)
    {
        using var read = Read(model);
        read.MeasureBytes();
        ModelPruner.Measure(read);
        using var pruned = ModelPruner.Prune(read, HalfZeros).Model;
        pruned.Save(folder["o.onnx"], Unchecked);
    }

    private OnnxModel Read(GraphBuilder model)
    {
        File.WriteAllBytes(folder["w.bin"], new byte[48]);
        return OnnxModel.Load(model.Save(folder["m.onnx"]));
    }
}
