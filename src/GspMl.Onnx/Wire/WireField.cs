namespace GspMl.Onnx.Wire;

/// <summary>The wire types of the protocol buffer encoding (groups, 3 and 4, never occur in ONNX).</summary>
internal enum WireType
{
    Varint = 0,
    Fixed64 = 1,
    LengthDelimited = 2,
    Fixed32 = 5,
}

/// <summary>One field of a message as it lies in the file: all positions are offsets into the file's bytes.</summary>
/// <param name="Number">The field number.</param>
/// <param name="Type">How the value is encoded.</param>
/// <param name="Start">Where the field's tag begins.</param>
/// <param name="LengthStart">Where the length of a length-delimited value begins; otherwise the same as
/// <paramref name="BodyStart"/>.</param>
/// <param name="BodyStart">Where the value begins.</param>
/// <param name="End">One past the value.</param>
internal readonly record struct WireField(int Number, WireType Type, int Start, int LengthStart, int BodyStart, int End)
{
    /// <summary>Reads the field that begins at <paramref name="position"/>.</summary>
    /// <exception cref="InvalidDataException">The bytes are no protocol buffer field, or the field runs past
    /// <paramref name="end"/>.</exception>
    public static WireField Read(ReadOnlySpan<byte> bytes, int position, int end)
    {
        var at = position;
        var tag = Varint.Read(bytes[..end], ref at);
        var (number, type) = ((int)(tag >> 3), (WireType)(tag & 7));
        if (number <= 0) throw new InvalidDataException($"no field number at byte {position}");
        var lengthStart = at;
        long length = type switch
        {
            WireType.Varint => VarintLength(bytes[..end], at),
            WireType.Fixed64 => 8,
            WireType.Fixed32 => 4,
            WireType.LengthDelimited => (long)Math.Min(Varint.Read(bytes[..end], ref at), long.MaxValue / 2),
            _ => throw new InvalidDataException($"unknown wire type {(int)type} at byte {position}"),
        };
        if (length > end - at) throw new InvalidDataException($"field {number} at byte {position} runs past the end of its message");
        return new(number, type, position, lengthStart, at, at + (int)length);
    }

    private static int VarintLength(ReadOnlySpan<byte> bytes, int at)
    {
        var start = at;
        Varint.Read(bytes, ref at);
        return at - start;
    }
}

/// <summary>Base-128 varints.</summary>
internal static class Varint
{
    public static ulong Read(ReadOnlySpan<byte> bytes, ref int at)
    {
        ulong value = 0;
        for (var shift = 0; shift < 70; shift += 7)
        {
            if (at >= bytes.Length) throw new InvalidDataException("the bytes end inside a number");
            var b = bytes[at++];
            value |= (ulong)(b & 0x7f) << shift;
            if (b < 0x80) return value;
        }
        throw new InvalidDataException($"a number longer than ten bytes before byte {at}");
    }

    public static byte[] Encode(ulong value)
    {
        Span<byte> buffer = stackalloc byte[10];
        var count = 0;
        for (; value >= 0x80; value >>= 7) buffer[count++] = (byte)(value | 0x80);
        buffer[count++] = (byte)value;
        return buffer[..count].ToArray();
    }

    /// <summary>A whole length-delimited field: tag, length, body.</summary>
    public static byte[] EncodeField(int number, ReadOnlySpan<byte> body)
        => [.. Encode(((ulong)number << 3) | (ulong)WireType.LengthDelimited), .. Encode((ulong)body.Length), .. body];
}
