using System.Numerics;
using System.Runtime.CompilerServices;

namespace GspMl.Projection.Kernels;

/// <summary>
/// Some rows of some columns of a row-major matrix, and of its weights, with each column in one piece: small enough for a core's cache, so
/// that the kernels of contiguous entries can go over it as often as they want. Read in place, rows far apart would push each other out of
/// the cache.
/// </summary>
internal sealed unsafe class ColumnTile<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Line = 64;

    private readonly PinnedArray<T> valueMemory = new(), weightMemory = new();
    private (nint From, int Rows, int Columns) held;
    private T* values, weights;
    private int pitch;

    /// <summary>The data may have changed.</summary>
    public void Forget() => held = default;

    /// <summary>Copies the columns, unless they are here already.</summary>
    /// <param name="from">The first row.</param>
    /// <param name="ownWeights">The same of the weights, with the same stride; or null.</param>
    /// <param name="stride">Elements from a row to the next.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="columns">The number of columns.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Hold(T* from, T* ownWeights, long stride, int rows, int columns)
    {
        if (held != ((nint)from, rows, columns)) Fill(from, ownWeights, stride, rows, columns);
    }

    public T* Values(int column) => values + (long)column * pitch;

    public T* Weights(int column) => weights + (long)column * pitch;

    private void Fill(T* from, T* ownWeights, long stride, int rows, int columns)
    {
        // An odd number of lines: neighbouring columns, which are written together, then fall on different places of the cache.
        pitch = ((rows * sizeof(T) + Line - 1) / Line | 1) * Line / sizeof(T);
        values = Room(valueMemory, columns);
        Transposition.Copy(from, stride, rows, columns, values, pitch);
        if (ownWeights != null)
        {
            weights = Room(weightMemory, columns);
            Transposition.Copy(ownWeights, stride, rows, columns, weights, pitch);
        }
        held = ((nint)from, rows, columns);
    }

    /// <summary>Room for the columns from the beginning of a line on.</summary>
    private T* Room(PinnedArray<T> memory, int columns)
    {
        memory.Reserve(checked(columns * pitch + Line / sizeof(T)));
        return (T*)(((nuint)memory.Pointer + Line - 1) & ~(nuint)(Line - 1));
    }
}
