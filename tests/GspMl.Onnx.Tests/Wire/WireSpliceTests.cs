using Google.Protobuf;
using GspMl.Onnx.Proto;
using GspMl.Onnx.Tests.Building;
using GspMl.Onnx.Wire;

namespace GspMl.Onnx.Tests.Wire;

public class WireSpliceTests
{
    private static byte[] Model(int values) => new GraphBuilder()
        .Initializer(GraphBuilder.Floats("before", [1, 2], 2))
        .Initializer(GraphBuilder.Floats("w", GraphBuilder.Random(values), values))
        .Initializer(GraphBuilder.Floats("after", [3], 1))
        .Node("Identity", ["w"], ["y"])
        .Model.ToByteArray();

    [Fact]
    public void Without_replacements_the_bytes_are_the_source()
    {
        var bytes = Model(10);
        Assert.Equal(bytes, new WireSplice(bytes).ToArray());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(30)]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(4096)]
    [InlineData(100_000)]
    public void A_replacement_of_another_size_corrects_all_lengths_around_it(int count)
    {
        var bytes = Model(31);
        var tensor = WireMessage.Scan(bytes).Child(OnnxField.ModelGraph).Child(OnnxField.GraphInitializer, 1);
        var raw = tensor.RawData!.Value;
        var splice = new WireSplice(bytes);
        var content = new byte[count];
        content.AsSpan().Fill(7);
        splice.Replace(tensor, raw.Start, raw.End, Varint.EncodeField(OnnxField.TensorRawData, content));

        var parsed = ModelProto.Parser.ParseFrom(splice.ToArray());

        Assert.Equal(splice.Length, splice.ToArray().Length);
        Assert.Equal(content, parsed.Graph.Initializer[1].RawData.ToByteArray());
        var expected = ModelProto.Parser.ParseFrom(bytes);
        expected.Graph.Initializer[1].RawData = ByteString.CopyFrom(content);
        Assert.Equal(expected, parsed);
    }

    [Fact]
    public void Replacements_lie_at_several_depths()
    {
        var bytes = Model(31);
        var root = WireMessage.Scan(bytes);
        var tensor = root.Child(OnnxField.ModelGraph).Child(OnnxField.GraphInitializer, 1);
        var splice = new WireSplice(bytes);
        splice.Replace(tensor, tensor.RawData!.Value.Start, tensor.RawData!.Value.End, Varint.EncodeField(OnnxField.TensorRawData, [7]));
        splice.Append(root, Varint.EncodeField(ModelProto.ProducerNameFieldNumber, "me"u8));

        var parsed = ModelProto.Parser.ParseFrom(splice.ToArray());

        Assert.Equal("me", parsed.ProducerName);
        Assert.Equal([7], parsed.Graph.Initializer[1].RawData.ToByteArray());
    }

    [Fact]
    public void A_cut_off_file_is_refused()
    {
        var bytes = Model(10);
        Assert.Throws<InvalidDataException>(() => WireMessage.Scan(bytes.AsSpan(0, bytes.Length - 3)));
    }
}
