using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace GspMl.Factorization;

/// <summary>Numbers and arrays one after the other, little-endian, in one array of bytes of the right size.</summary>
internal sealed class MessageWriter(int size)
{
    /// <summary>The bytes of an array with its length.</summary>
    public static int SizeOf<T>(ReadOnlyMemory<T> values)
        where T : unmanaged => (long)values.Length * Marshal.SizeOf<T>() is var size and < int.MaxValue / 2
        ? sizeof(long) + (int)size
        : throw new ArgumentException($"{values.Length} numbers are more than the {int.MaxValue / 2} bytes that a message holds.");

    private int at;

    public byte[] Bytes { get; } = GC.AllocateUninitializedArray<byte>(size);

    public MessageWriter Number(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(Bytes.AsSpan(at), value);
        at += sizeof(long);
        return this;
    }

    public MessageWriter Number(double value) => Number(BitConverter.DoubleToInt64Bits(value));

    public MessageWriter Array<T>(ReadOnlyMemory<T> values)
        where T : unmanaged
    {
        Number((long)values.Length);
        MemoryMarshal.AsBytes(values.Span).CopyTo(Bytes.AsSpan(at));
        at += values.Length * Marshal.SizeOf<T>();
        return this;
    }
}
