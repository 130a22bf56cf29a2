using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace GspMl.Factorization;

/// <summary>Reads what <see cref="MessageWriter"/> wrote; arrays are views of the bytes.</summary>
/// <exception cref="InvalidDataException">The bytes end too early, or a length is not one.</exception>
internal sealed class MessageReader(ReadOnlyMemory<byte> bytes)
{
    private int at;

    public long Number()
    {
        Need(sizeof(long));
        var value = BinaryPrimitives.ReadInt64LittleEndian(bytes.Span[at..]);
        at += sizeof(long);
        return value;
    }

    public double Double() => BitConverter.Int64BitsToDouble(Number());

    public ReadOnlyMemory<T> Array<T>()
        where T : unmanaged
    {
        var length = Number();
        if (length < 0 || length > int.MaxValue / Marshal.SizeOf<T>())
            throw new InvalidDataException($"A message has an array of {length}.");
        var size = (int)length * Marshal.SizeOf<T>();
        Need(size);
        var part = bytes.Slice(at, size);
        at += size;
        return length == 0 ? default : new Cast<T>(part).Memory;
    }

    public void End()
    {
        if (at != bytes.Length) throw new InvalidDataException($"A message has {bytes.Length - at} bytes more than it should.");
    }

    private void Need(int size)
    {
        if (size > bytes.Length - at)
            throw new InvalidDataException($"A message ends after {bytes.Length} bytes, before its content does.");
    }

    /// <summary>Bytes seen as numbers; the array of bytes stays alive with the view.</summary>
    private sealed class Cast<T>(ReadOnlyMemory<byte> bytes) : MemoryManager<T>
        where T : unmanaged
    {
        public override Span<T> GetSpan() => MemoryMarshal.Cast<byte, T>(MemoryMarshal.AsMemory(bytes).Span);

        public override MemoryHandle Pin(int elementIndex = 0) => bytes.Slice(elementIndex * Marshal.SizeOf<T>()).Pin();

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
        }
    }
}
