using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace GspMl.Projection.Kernels;

/// <summary>
/// The ends of a vector that fill lines of memory with those of its neighbours. Past the caches they go as all others do: a line that is
/// written to in the ordinary way is fetched first, and everything after it waits.
/// </summary>
internal static unsafe class LineEnds
{
    /// <summary>Stores some entries of a register past the caches.</summary>
    /// <param name="register">The entries.</param>
    /// <param name="from">The first one to be stored.</param>
    /// <param name="count">How many are.</param>
    /// <param name="to">Where they go.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Stream<T>(in Vector512<T> register, int from, int count, T* to)
        where T : unmanaged
    {
        var room = stackalloc T[Vector512<T>.Count];
        register.Store(room);
        Stream(room + from, count, to);
    }

    /// <summary>The same of entries that lie in memory.</summary>
    public static void Stream<T>(T* from, int count, T* to)
        where T : unmanaged
    {
        for (var k = 0; k < count; k++)
        {
            if (sizeof(T) == sizeof(int) && Sse2.IsSupported) Sse2.StoreNonTemporal((int*)(to + k), *(int*)(from + k));
            else if (sizeof(T) == sizeof(long) && Sse2.X64.IsSupported) Sse2.X64.StoreNonTemporal((long*)(to + k), *(long*)(from + k));
            else to[k] = from[k];
        }
    }
}
