using System.Buffers.Binary;

namespace GspMl.Benchmarks.RealModels.Sweeping;

/// <summary>One field of a protobuf message: a number, or bytes.</summary>
/// <param name="Number">The field's number.</param>
/// <param name="Value">A varint's value, or four bytes as a number.</param>
/// <param name="Bytes">The content where it is no varint.</param>
/// <param name="Whole">The field as it lies in the message, its key included.</param>
internal readonly record struct WireField(int Number, ulong Value, ReadOnlyMemory<byte> Bytes, ReadOnlyMemory<byte> Whole)
{
    public string Text => System.Text.Encoding.UTF8.GetString(Bytes.Span);
}

/// <summary>
/// Protobuf's wire format, written for the sweep alone: what it counts must not be counted by the code that it checks.
/// </summary>
internal static class WireReader
{
    public static IEnumerable<WireField> Fields(ReadOnlyMemory<byte> message)
    {
        for (var at = 0; at < message.Length;)
        {
            var start = at;
            var key = Varint(message.Span, ref at);
            var (number, length) = ((int)(key >> 3), 0);
            switch (key & 7)
            {
                case 0:
                    var value = Varint(message.Span, ref at);
                    yield return new(number, value, default, message[start..at]);
                    continue;
                case 1: length = 8; break;
                case 5: length = 4; break;
                case 2: length = (int)Varint(message.Span, ref at); break;
                default: throw new InvalidDataException($"wire type {key & 7}");
            }
            var bytes = message.Slice(at, length);
            at += length;
            yield return new(number, length == 4 && (key & 7) == 5 ? BinaryPrimitives.ReadUInt32LittleEndian(bytes.Span) : 0, bytes,
                message[start..at]);
        }
    }

    /// <summary>Numbers of a repeated varint field, packed or one by one.</summary>
    public static IEnumerable<ulong> Varints(WireField field, bool isPacked)
    {
        if (!isPacked)
        {
            yield return field.Value;
            yield break;
        }
        for (var at = 0; at < field.Bytes.Length;) yield return Varint(field.Bytes.Span, ref at);
    }

    private static ulong Varint(ReadOnlySpan<byte> bytes, ref int at)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = bytes[at++];
            value |= (ulong)(next & 127) << shift;
            if (next < 128) return value;
        }
    }
}
