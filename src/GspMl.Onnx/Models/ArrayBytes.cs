using System.Buffers;
using System.Runtime.InteropServices;

namespace GspMl.Onnx.Models;

/// <summary>An array of numbers as the memory of its bytes, without a copy.</summary>
internal sealed class ArrayBytes<T>(T[] array) : MemoryManager<byte>
    where T : unmanaged
{
    public override Span<byte> GetSpan() => MemoryMarshal.AsBytes(array.AsSpan());

    public override MemoryHandle Pin(int elementIndex = 0)
        => throw new NotSupportedException("These bytes are written to streams, never pinned.");

    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing)
    {
    }
}
