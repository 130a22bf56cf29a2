using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GspMl.LinearAlgebra;

/// <summary>
/// The transposed product from the same compressed rows, so that no copy in compressed columns is needed: each non-zero adds a multiple of
/// its row of the right panel to the output's row of its column.
/// </summary>
internal static unsafe partial class CompressedProduct
{
    private const int RowsAhead = 8;

    /// <summary>
    /// Adds Sᵀ · right to the output, for the columns of one share. Every sum is taken in the order of the rows of S, however many shares
    /// there are. Cost: the share's non-zeros · stride multiply-adds.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddTransposed<T>(ColumnShares shares, int share, int[] indices, T[] values, Panel<T> right, Panel<T> output)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        fixed (int* index = indices)
        fixed (T* value = values)
        {
            for (var i = 0; i < shares.Rows; i++)
            {
                // A share jumps from row to row: without this, each jump would wait for memory.
                if (i + RowsAhead < shares.Rows)
                {
                    var (next, nextEnd) = shares.Values(i + RowsAhead, share);
                    Prefetch.Elements(index + next, nextEnd - next);
                    Prefetch.Elements(value + next, nextEnd - next);
                }
                var (start, end) = shares.Values(i, share);
                Scatter(new(index + start, end - start), new ReadOnlySpan<T>(value + start, end - start), right.RowStart(i), output);
            }
        }
    }

    private static void Scatter<T>(ReadOnlySpan<int> indices, ReadOnlySpan<T> values, T* right, Panel<T> output)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var lane = 0; lane < output.Lanes; lane += 2)
        {
            var offset = lane * Vector512<T>.Count;
            if (lane + 1 < output.Lanes) ScatterPair(indices, values, right + offset, output.Start + offset, output.Stride);
            else ScatterSingle(indices, values, right + offset, output.Start + offset, output.Stride);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ScatterPair<T>(ReadOnlySpan<int> indices, ReadOnlySpan<T> values, T* right, T* output, nint stride)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var width = Vector512<T>.Count;
        Vector512<T> a = Vector512.Load(right), b = Vector512.Load(right + width);
        for (var i = 0; i < indices.Length; i++)
        {
            var target = output + indices[i] * stride;
            var x = Vector512.Create(values[i]);
            Lane.MultiplyAdd(x, a, Vector512.Load(target)).Store(target);
            Lane.MultiplyAdd(x, b, Vector512.Load(target + width)).Store(target + width);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ScatterSingle<T>(ReadOnlySpan<int> indices, ReadOnlySpan<T> values, T* right, T* output, nint stride)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var a = Vector512.Load(right);
        for (var i = 0; i < indices.Length; i++)
        {
            var target = output + indices[i] * stride;
            Lane.MultiplyAdd(Vector512.Create(values[i]), a, Vector512.Load(target)).Store(target);
        }
    }
}
