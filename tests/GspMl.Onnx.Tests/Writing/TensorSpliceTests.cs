using System.Runtime.InteropServices;
using Google.Protobuf;
using GspMl.Onnx.Models;
using GspMl.Onnx.Proto;
using GspMl.Onnx.Weights;
using GspMl.Onnx.Wire;
using GspMl.Onnx.Writing;
using static GspMl.Onnx.Tests.Building.GraphBuilder;
using Elements = GspMl.Onnx.Proto.TensorProto.Types.DataType;

namespace GspMl.Onnx.Tests.Writing;

/// <summary>A tensor's fields are replaced where they stand, in the form they have, and every other byte stays.</summary>
public sealed class TensorSpliceTests
{
    private const int Fixed32 = 5;

    [Fact]
    public void Elements_of_every_type_keep_their_field()
    {
        AssertElements(tensor => tensor.FloatData.Add([1, 2, 3]), Elements.Float, MemoryMarshal.AsBytes<float>([4, -5, 6]).ToArray());
        AssertElements(tensor => tensor.DoubleData.Add([1, 2, 3]), Elements.Double, MemoryMarshal.AsBytes<double>([4, -5, 6]).ToArray());
        var halves = MemoryMarshal.AsBytes<Half>([(Half)4, (Half)(-5), (Half)6]).ToArray();
        AssertElements(tensor => tensor.Int32Data.Add([1, 2, 3]), Elements.Float16, halves);
        AssertElements(tensor => tensor.Int32Data.Add([1, 2, 3]), Elements.Bfloat16, halves);
        AssertElements(tensor => tensor.Int32Data.Add([1, 2, 3]), Elements.Int8, [4, 251, 128]);
        AssertElements(tensor => tensor.Int32Data.Add([1, 2, 3]), Elements.Uint8, [4, 251, 128]);
        AssertElements(tensor => tensor.RawData = ByteString.CopyFrom(new byte[12]), Elements.Float, halves.Concat(halves).ToArray());
    }

    [Fact]
    public void Integers_of_eight_bits_keep_their_sign()
    {
        Assert.Equal([4, -5, -128], Replaced(Elements.Int8, [4, 251, 128]).Int32Data);
        Assert.Equal([4, 251, 128], Replaced(Elements.Uint8, [4, 251, 128]).Int32Data);
    }

    /// <summary>Old writers gave each value a field of its own, and others may stand between them.</summary>
    [Fact]
    public void Fields_one_by_one_become_one_where_the_first_stood()
    {
        byte[] value(float number) => [(OnnxField.TensorFloatData << 3) | Fixed32, .. BitConverter.GetBytes(number)];
        byte[] name = Varint.EncodeField(TensorProto.NameFieldNumber, "w"u8);
        byte[] type = [TensorProto.DataTypeFieldNumber << 3, (byte)Elements.Float];
        byte[] dims(params byte[] extents) => [.. extents.SelectMany(extent => (byte[])[TensorProto.DimsFieldNumber << 3, extent])];
        byte[] tensor = [.. dims(1), .. value(1), .. type, .. dims(2), .. value(2), .. name];
        var content = Content(Varint.EncodeField(OnnxField.GraphInitializer, tensor));
        var splice = new WireSplice(content.File.Bytes);
        var packed = MemoryMarshal.AsBytes<float>([7, 8, 9]).ToArray();

        TensorSplice.ReplaceAll(splice, content.File, content.Tensors.Single(), packed);
        TensorSplice.Reshape(splice, content.File, content.Tensors.Single(), [1, 3, 300]);

        byte[] shape = [.. dims(1, 3), TensorProto.DimsFieldNumber << 3, .. Varint.Encode(300)];
        byte[] expected = [.. shape, .. Varint.EncodeField(OnnxField.TensorFloatData, packed), .. type, .. name];
        Assert.Equal(Content(Varint.EncodeField(OnnxField.GraphInitializer, expected)).File.Bytes.ToArray(), splice.ToArray());
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void Integers_are_replaced_in_their_form(bool isLong, bool isRaw)
    {
        var type = isLong ? Elements.Int64 : Elements.Int32;
        var tensor = Shaped("w", type, 2);
        if (isRaw) tensor.RawData = ByteString.CopyFrom(isLong ? new byte[16] : new byte[8]);
        else if (isLong) tensor.Int64Data.Add([1, 2]);
        else tensor.Int32Data.Add([1, 2]);

        var changed = Changed(tensor, (splice, content)
            => TensorSplice.ReplaceIntegers(splice, content.File, content.Tensors.Single(), [3, -1]));

        var expected = Shaped("w", type, 2);
        if (isRaw)
            expected.RawData = ByteString.CopyFrom(isLong ? MemoryMarshal.AsBytes<long>([3, -1]) : MemoryMarshal.AsBytes<int>([3, -1]));
        else if (isLong) expected.Int64Data.Add([3, -1]);
        else expected.Int32Data.Add([3, -1]);
        Assert.Equal(expected, changed);
    }

    [Fact]
    public void Raw_elements_may_become_fewer()
    {
        var changed = Changed(Floats("w", [1, 2, 3], 3), (splice, content)
            => TensorSplice.ReplaceAll(splice, content.File, content.Tensors.Single(), MemoryMarshal.AsBytes<float>([5]).ToArray()));
        Assert.Equal(Floats("w", [5], 3), changed);
    }

    [Fact]
    public void An_external_tensor_gets_another_file_and_another_place()
    {
        var whole = Placed(("location", "a"), ("offset", "4"), ("length", "8"), ("checksum", "c"));
        Assert.Equal(Placed(("location", "b"), ("offset", "4"), ("length", "8"), ("checksum", "c")), Changed(whole,
            (splice, content) => TensorSplice.Relocate(splice, content.File, content.Tensors.Single(), "b")));
        Assert.Equal(Placed(("location", "a"), ("offset", "12"), ("length", "16"), ("checksum", "c")), Moved(whole));
        Assert.Equal(Placed(("length", "16"), ("location", "a"), ("offset", "12")), Moved(Placed(("length", "8"), ("location", "a"))));
        Assert.Equal(Placed(("location", "a"), ("offset", "12"), ("length", "16")), Moved(Placed(("location", "a"))));
    }

    private static TensorProto Moved(TensorProto tensor)
        => Changed(tensor, (splice, content) => TensorSplice.Place(splice, content.File, content.Tensors.Single(), 12, 16));

    private static void AssertElements(Action<TensorProto> store, Elements type, byte[] elements)
    {
        var tensor = Shaped("w", type, 3);
        tensor.MergeFrom(Varint.EncodeField(200, "unknown to every reader"u8));
        store(tensor);
        var content = Content(Varint.EncodeField(OnnxField.GraphInitializer, tensor.ToByteArray()));
        var splice = new WireSplice(content.File.Bytes);
        TensorSplice.Replace(splice, content.File, content.Tensors.Single(), new BytesContent(elements));

        var written = ModelContent.Of(ModelFile.InMemory("written", splice.ToArray()));
        Assert.Equal(elements, written.Elements.Bytes(written.Tensors.Single()).ToArray());
        var kept = written.Tensors.Single().Proto;
        foreach (var field in new Action[] { kept.FloatData.Clear, kept.DoubleData.Clear, kept.Int32Data.Clear, kept.ClearRawData,
            tensor.FloatData.Clear, tensor.DoubleData.Clear, tensor.Int32Data.Clear, tensor.ClearRawData }) field();
        Assert.Equal(tensor, kept);
    }

    private static TensorProto Replaced(Elements type, byte[] elements)
    {
        var tensor = Shaped("w", type, 3);
        tensor.Int32Data.Add([1, 2, 3]);
        return Changed(tensor, (splice, content)
            => TensorSplice.Replace(splice, content.File, content.Tensors.Single(), new BytesContent(elements)));
    }

    private static TensorProto Changed(TensorProto tensor, Action<WireSplice, ModelContent> change)
    {
        var content = Content(Varint.EncodeField(OnnxField.GraphInitializer, tensor.ToByteArray()));
        var splice = new WireSplice(content.File.Bytes);
        change(splice, content);
        return ModelProto.Parser.ParseFrom(splice.ToArray()).Graph.Initializer.Single();
    }

    private static TensorProto Placed(params (string Key, string Value)[] entries) => Outside(Shaped("w", Elements.Float, 2), entries);

    private static ModelContent Content(byte[] graph)
        => ModelContent.Of(ModelFile.InMemory("model", Varint.EncodeField(OnnxField.ModelGraph, graph)));
}
