using GspMl.Onnx.Wire;

namespace GspMl.Onnx.Tests.Wire;

public class SpliceContentTests
{
    [Fact]
    public void Bytes_at_hand_are_handed_on()
    {
        byte[] bytes = [1, 2, 3];
        var content = new BytesContent(bytes);
        using var stream = new MemoryStream();
        content.WriteTo(stream);
        Assert.Equal(3, content.Length);
        Assert.Equal(bytes, stream.ToArray());
        Assert.True(content.ToMemory().Equals(bytes));
    }

    [Fact]
    public void Bytes_that_are_made_are_gathered() => Assert.Equal([7, 7, 7, 7], new Sevens(4).ToMemory().ToArray());

    [Fact]
    public void Several_replacements_stand_in_the_sources_order_whatever_theirs()
    {
        byte[] bytes = [.. Varint.EncodeField(100, [1]), .. Varint.EncodeField(101, [2]), .. Varint.EncodeField(102, [3])];
        var root = WireMessage.Scan(bytes);
        var (fields, splice) = (root.Fields(bytes), new WireSplice(bytes));
        splice.Append(root, Varint.EncodeField(103, [4]));
        splice.Remove(root, fields[2]);
        splice.Replace(root, fields[0].BodyStart, fields[0].End, new Sevens(1));
        byte[] expected = [.. Varint.EncodeField(100, [7]), .. Varint.EncodeField(101, [2]), .. Varint.EncodeField(103, [4])];
        Assert.Equal(expected, splice.ToArray());
        Assert.Equal(expected.Length, splice.Length);
    }

    private sealed class Sevens(int count) : SpliceContent
    {
        public override long Length => count;

        public override void WriteTo(Stream target)
        {
            for (var i = 0; i < count; i++) target.WriteByte(7);
        }
    }
}
