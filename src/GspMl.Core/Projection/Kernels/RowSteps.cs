using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using GspMl.LinearAlgebra;

namespace GspMl.Projection.Kernels;

/// <summary>
/// Up to four rows of a matrix that are written together, so that what a column is thresholded at is read once for them. Where there are
/// fewer, the last one stands for those that are missing: it is worked on again with the same result, which is not counted.
/// </summary>
/// <param name="stride">Elements from a row to the next.</param>
/// <param name="left">How many rows there are, from the first one of these on: at least one.</param>
internal readonly struct RowSteps(long stride, int left)
{
    /// <summary>The most rows.</summary>
    public const int Most = 4;

    private readonly uint second = left > 1 ? uint.MaxValue : 0;
    private readonly uint third = left > 2 ? uint.MaxValue : 0;
    private readonly uint fourth = left > 3 ? uint.MaxValue : 0;

    /// <summary>How many of the rows are there.</summary>
    public readonly int Rows = Math.Min(Most, left);

    /// <summary>Elements from a row to the next.</summary>
    public readonly long Stride = stride;

    /// <summary>Elements from the first row to the second.</summary>
    public readonly long Second = Math.Min(1, left - 1) * stride;

    /// <summary>The same to the third.</summary>
    public readonly long Third = Math.Min(2, left - 1) * stride;

    /// <summary>The same to the fourth.</summary>
    public readonly long Fourth = Math.Min(3, left - 1) * stride;

    /// <summary>Elements to the rows that are written next; 0 if fewer than four are left.</summary>
    private readonly long next = left >= 2 * Most ? Most * stride : 0;

    /// <summary>How many bits of the rows that are there are set.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Count(uint first, uint second, uint third, uint fourth) => BitOperations.PopCount(first)
        + BitOperations.PopCount(second & this.second) + BitOperations.PopCount(third & this.third)
        + BitOperations.PopCount(fourth & this.fourth);

    /// <summary>Asks for what lies in the next rows where an element is in the first of these.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public unsafe void FetchNext<T>(T* element)
        where T : unmanaged
    {
        element += next;
        Prefetch.Nearby(element);
        Prefetch.Nearby(element + Second);
        Prefetch.Nearby(element + Third);
        Prefetch.Nearby(element + Fourth);
    }

    /// <summary>
    /// Stores a register; past the caches its place must be a line of memory. Half lines of several rows in turn, as there are without
    /// registers of 64 bytes, stay in the caches: past them they took three times as long in some runs.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Store<T, TStoring>(Vector512<T> result, T* to)
        where T : unmanaged
        where TStoring : struct, IStoring
    {
        if (TStoring.Streams && Vector512.IsHardwareAccelerated) result.StoreAlignedNonTemporal(to);
        else result.Store(to);
    }
}
