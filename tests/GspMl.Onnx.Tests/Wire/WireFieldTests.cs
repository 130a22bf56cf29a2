using GspMl.Onnx.Wire;

namespace GspMl.Onnx.Tests.Wire;

public class WireFieldTests
{
    [Theory]
    [InlineData("08AC02", 1, WireType.Varint, 1, 1, 3)]
    [InlineData("110102030405060708", 2, WireType.Fixed64, 1, 1, 9)]
    [InlineData("1D01020304", 3, WireType.Fixed32, 1, 1, 5)]
    [InlineData("4A03010203", 9, WireType.LengthDelimited, 1, 2, 5)]
    [InlineData("B2010105", 22, WireType.LengthDelimited, 2, 3, 4)]
    [InlineData("4A00", 9, WireType.LengthDelimited, 1, 2, 2)]
    internal void A_field_tells_where_its_parts_lie(string bytes, int number, WireType type, int lengthStart, int bodyStart, int end)
    {
        var read = WireField.Read(Convert.FromHexString(bytes), 0, bytes.Length / 2);
        Assert.Equal(new WireField(number, type, 0, lengthStart, bodyStart, end), read);
        // The same behind other bytes, and before others.
        var shifted = WireField.Read([1, 1, .. Convert.FromHexString(bytes), 8, 1], 2, 2 + (bytes.Length / 2));
        Assert.Equal(new WireField(number, type, 2, lengthStart + 2, bodyStart + 2, end + 2), shifted);
    }

    [Theory]
    [InlineData("00", "no field number at byte 0")]
    [InlineData("0700", "no field number at byte 0")]
    [InlineData("0B", "unknown wire type 3 at byte 0")]
    [InlineData("0C", "unknown wire type 4 at byte 0")]
    [InlineData("0E", "unknown wire type 6 at byte 0")]
    [InlineData("0880", "end inside a number")]
    [InlineData("1101020304050607", "field 2 at byte 0 runs past the end")]
    [InlineData("1D010203", "field 3 at byte 0 runs past the end")]
    [InlineData("4A0301", "field 9 at byte 0 runs past the end")]
    [InlineData("4AFFFFFFFFFFFFFFFFFF01", "field 9 at byte 0 runs past the end")]
    public void What_is_no_field_is_refused_with_its_place(string bytes, string reason)
    {
        var all = Convert.FromHexString(bytes);
        Assert.Contains(reason, Refused(all, all.Length), StringComparison.Ordinal);
    }

    [Fact]
    public void What_lies_behind_the_end_of_the_message_is_not_read()
    {
        Assert.Contains("runs past the end", Refused([0x4A, 2, 7, 8], 3), StringComparison.Ordinal);
        Assert.Contains("end inside a number", Refused([0x08, 0x80, 0x01], 2), StringComparison.Ordinal);
        Assert.Contains("end inside a number", Refused([0x80, 0x01], 1), StringComparison.Ordinal);
        Assert.Contains("end inside a number", Refused([0x4A, 0x80, 0x01], 2), StringComparison.Ordinal);
    }

    private static string Refused(byte[] bytes, int end)
        => Assert.Throws<InvalidDataException>(() => WireField.Read(bytes, 0, end)).Message;
}
