namespace GspMl.Projection.Kernels;

/// <summary>Memory that is kept between calls and never moves, so that kernels can point into it. It grows and never shrinks.</summary>
internal sealed unsafe class PinnedArray<T>
    where T : unmanaged
{
    private T[] array = [];

    public T* Pointer { get; private set; }

    public int Length => array.Length;

    public ref T this[int index] => ref array[index];

    public Span<T> Span(int length) => array.AsSpan(0, length);

    /// <summary>Makes room; what was there is lost when it has to grow.</summary>
    public void Reserve(int length)
    {
        if (length <= array.Length) return;
        array = GC.AllocateUninitializedArray<T>(Math.Max(length, 16), pinned: true);
        Pointer = (T*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref array[0]);
    }
}
