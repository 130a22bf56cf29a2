using System.Runtime.InteropServices;

namespace GspMl.LinearAlgebra;

/// <summary>Working memory of one block of work: zeroed, aligned to 64 bytes, given back on disposal.</summary>
internal readonly unsafe struct Scratch<T> : IDisposable
    where T : unmanaged
{
    public Scratch(nint length)
    {
        var bytes = (nuint)length * (nuint)sizeof(T);
        Start = (T*)NativeMemory.AlignedAlloc(bytes, 64);
        NativeMemory.Clear(Start, bytes);
    }

    public T* Start { get; }

    public void Dispose() => NativeMemory.AlignedFree(Start);
}
