using Google.Protobuf;
using GspMl.Onnx.Models;
using GspMl.Onnx.Proto;
using GspMl.Onnx.Tests.Building;
using GspMl.Projection;
using static GspMl.Onnx.Tests.Building.GraphBuilder;
using Elements = GspMl.Onnx.Proto.TensorProto.Types.DataType;

namespace GspMl.Onnx.Tests.Models;

public sealed class BrokenModelTests : IDisposable
{
    private static readonly PruningOptions HalfZeros = new() { Target = SparsityTarget.Zeros(0.5) };
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Any_damaged_byte_is_either_harmless_or_an_error_that_names_the_file()
    {
        var bytes = Model(Floats("w", Random(12), 3, 4)).Model.ToByteArray();
        var random = new Random(4);
        var errors = 0;
        for (var trial = 0; trial < 20000; trial++)
        {
            var damaged = bytes.ToArray();
            for (var i = 0; i <= trial % 3; i++) damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            if (trial % 7 == 0) damaged = damaged[..random.Next(damaged.Length)];
            try
            {
                using var model = OnnxModel.Open(ModelFile.Parse("damaged.onnx", damaged));
                ModelPruner.Prune(model, HalfZeros).Model.Dispose();
            }
            catch (OnnxModelException e)
            {
                errors++;
                Assert.Contains("damaged.onnx", e.Message, StringComparison.Ordinal);
            }
        }
        Assert.InRange(errors, 2000, 19999);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_weight_that_is_no_finite_number_is_named(float value)
    {
        var values = Random(12);
        values[5] = value;
        var error = Prune(Floats("bad", values, 3, 4));
        Assert.Contains("'bad'", error.Message, StringComparison.Ordinal);
        Assert.Contains("'matmul_y'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Data_of_the_wrong_length_is_named()
        => Assert.Contains("'w': it holds 44 bytes", Prune(Floats("w", Random(11), 3, 4)).Message, StringComparison.Ordinal);

    [Fact]
    public void An_extent_of_zero_makes_no_impossible_shape_possible()
    {
        var path = Model(Shaped("w", Elements.Float, 0, 1L << 62, 1L << 62)).Save(folder["model.onnx"]);
        var error = Assert.Throws<OnnxModelException>(() => OnnxModel.Load(path));
        Assert.Contains("tensor 'w' has the impossible shape [0,4611686018427387904,4611686018427387904]", error.Message);
    }

    [Theory]
    [InlineData("missing.bin", "0", "48", "missing.bin")]
    [InlineData("../outside.bin", "0", "48", "outside the model's folder")]
    [InlineData("short.bin", "0", "48", "past the end of 'short.bin'")]
    [InlineData("short.bin", "zero", "48", "offset of its external data is 'zero'")]
    [InlineData("short.bin", "0", "47", "has 47 bytes where its shape asks for 48")]
    public void Bad_external_data_is_named(string location, string offset, string length, string message)
    {
        File.WriteAllBytes(folder["short.bin"], new byte[40]);
        var error = Prune(External("w", offset, location, length));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Contains("'w'", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cut off", "past the end of 'w.bin'")]
    [InlineData("version https://git-lfs.github.com/spec/v1", "past the end of 'w.bin', which is a Git LFS pointer")]
    public void Damaged_external_data_is_named_where_it_overlaps_too(string text, string message)
    {
        File.WriteAllText(folder["w.bin"], text);
        var path = Model(External("w", "0")).Initializer(External("v", "16")).Node("MatMul", ["x", "v"], ["z"]).Save(folder["model.onnx"]);
        using var model = OnnxModel.Load(path);

        var error = Assert.Throws<OnnxModelException>(() => ModelPruner.Prune(model, HalfZeros));

        Assert.Contains($"tensor 'w': its external data runs {message}", error.Message, StringComparison.Ordinal);
    }

    private static TensorProto External(string name, string offset, string location = "w.bin", string length = "48")
        => Outside(Shaped(name, Elements.Float, 3, 4), ("location", location), ("offset", offset), ("length", length));

    [Fact]
    public void Element_types_that_are_not_read_are_left_alone()
    {
        var tensor = Shaped("w", (Elements)17, 3, 4);
        tensor.RawData = ByteString.CopyFrom(new byte[12]);
        using var model = OnnxModel.Load(Model(tensor).Save(folder["model.onnx"]));
        Assert.Equal("element type 17 is not pruned", Assert.Single(model.Skipped).Reason);
    }

    private static GraphBuilder Model(TensorProto weight)
        => new GraphBuilder().Input("x", "n", 3).Output("y", "n", 4).Initializer(weight).Node("MatMul", ["x", weight.Name], ["y"]);

    private OnnxModelException Prune(TensorProto weight)
    {
        using var model = OnnxModel.Load(Model(weight).Save(folder["model.onnx"]));
        return Assert.Throws<OnnxModelException>(() => ModelPruner.Prune(model, HalfZeros));
    }
}
