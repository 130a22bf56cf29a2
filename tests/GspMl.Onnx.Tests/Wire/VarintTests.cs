using GspMl.Onnx.Wire;

namespace GspMl.Onnx.Tests.Wire;

public class VarintTests
{
    [Theory]
    [InlineData(0UL, "00")]
    [InlineData(1UL, "01")]
    [InlineData(127UL, "7F")]
    [InlineData(128UL, "8001")]
    [InlineData(300UL, "AC02")]
    [InlineData(16_383UL, "FF7F")]
    [InlineData(16_384UL, "808001")]
    [InlineData(ulong.MaxValue, "FFFFFFFFFFFFFFFFFF01")]
    public void A_number_is_written_in_its_shortest_form_and_read_back(ulong value, string bytes)
    {
        Assert.Equal(Convert.FromHexString(bytes), Varint.Encode(value));
        var at = 1;
        Assert.Equal(value, Varint.Read([9, .. Convert.FromHexString(bytes), 9], ref at));
        Assert.Equal(1 + (bytes.Length / 2), at);
    }

    [Fact]
    public void A_longer_form_of_a_number_is_read_as_well()
    {
        var at = 0;
        Assert.Equal(1UL, Varint.Read([0x81, 0x80, 0x00, 0x05], ref at));
        Assert.Equal(3, at);
    }

    [Fact]
    public void A_number_that_ends_early_or_never_is_refused()
    {
        Assert.Contains("end inside a number", Refused([0x80, 0x80]), StringComparison.Ordinal);
        Assert.Contains("longer than ten bytes before byte 10", Refused([.. Enumerable.Repeat((byte)0x80, 12)]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_field_is_tag_length_and_body()
    {
        Assert.Equal([0x4A, 2, 7, 8], Varint.EncodeField(OnnxField.TensorRawData, [7, 8]));
        Assert.Equal([0xB2, 0x01, 0], Varint.EncodeField(OnnxField.AttributeSparseTensor, []));
    }

    private static string Refused(byte[] bytes) => Assert.Throws<InvalidDataException>(() =>
    {
        var at = 0;
        return Varint.Read(bytes, ref at);
    }).Message;
}
