using System.Buffers.Binary;

namespace GspMl.Distributed.Workers;

/// <summary>In which type of number a request is: the second field of its bytes.</summary>
internal static class ElementSize
{
    public static long Of(byte[] request) => BinaryPrimitives.ReadInt64LittleEndian(request.AsSpan(sizeof(long)));
}
