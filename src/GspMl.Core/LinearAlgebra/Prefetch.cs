using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace GspMl.LinearAlgebra;

/// <summary>
/// Asks for memory before it is needed, where the next address is known but no steady stride would tell the processor; elsewhere nothing.
/// </summary>
internal static unsafe class Prefetch
{
    private const int LineBytes = 64;

    /// <summary>The cache lines of some elements.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Elements<T>(T* start, int count)
        where T : unmanaged
    {
        if (!Sse.IsSupported) return;
        for (var i = 0; i < count; i += LineBytes / sizeof(T)) Sse.Prefetch0(start + i);
    }

    /// <summary>
    /// The cache line of an element, into the second cache: for one of several whose lines would push each other out of the first.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Nearby<T>(T* element)
        where T : unmanaged
    {
        if (Sse.IsSupported) Sse.Prefetch1(element);
    }

    /// <summary>All cache lines of some elements, the one that they end in too, into the second cache.</summary>
    public static void Nearby<T>(T* start, int count)
        where T : unmanaged
    {
        var end = start + count;
        for (var line = (T*)((nint)start & -LineBytes); line < end; line += LineBytes / sizeof(T)) Nearby(line);
    }
}
