using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GspMl.LinearAlgebra;

/// <summary>
/// output = S · right for compressed rows S: a row of the output is a weighted sum of the rows of the panel that the row's non-zeros point
/// to. Cost: non-zeros · stride multiply-adds; nothing is densified.
/// </summary>
internal static unsafe partial class CompressedProduct
{
    public static void Rows<T>(ReadOnlySpan<int> starts, ReadOnlySpan<int> indices, ReadOnlySpan<T> values, Panel<T> right, Panel<T> output,
        int first, int end)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var i = first; i < end; i++)
        {
            var from = starts[i];
            var count = starts[i + 1] - from;
            Row(indices.Slice(from, count), values.Slice(from, count), right, output.RowStart(i));
        }
    }

    private static void Row<T>(ReadOnlySpan<int> indices, ReadOnlySpan<T> values, Panel<T> right, T* output)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var lane = 0; lane < right.Lanes; lane += 2)
        {
            var start = right.Start + lane * Vector512<T>.Count;
            var target = output + lane * Vector512<T>.Count;
            if (lane + 1 < right.Lanes) Pair(indices, values, start, right.Stride, target);
            else Single(indices, values, start, right.Stride, target);
        }
    }

    // Two non-zeros at a time: with one, every multiply-add would wait for the one before.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Pair<T>(ReadOnlySpan<int> indices, ReadOnlySpan<T> values, T* right, nint stride, T* output)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var width = Vector512<T>.Count;
        Vector512<T> a0 = default, b0 = default, a1 = default, b1 = default;
        var i = 0;
        for (; i + 1 < indices.Length; i += 2)
        {
            T* r0 = right + indices[i] * stride, r1 = right + indices[i + 1] * stride;
            Vector512<T> x0 = Vector512.Create(values[i]), x1 = Vector512.Create(values[i + 1]);
            a0 = Lane.MultiplyAdd(x0, Vector512.Load(r0), a0);
            b0 = Lane.MultiplyAdd(x0, Vector512.Load(r0 + width), b0);
            a1 = Lane.MultiplyAdd(x1, Vector512.Load(r1), a1);
            b1 = Lane.MultiplyAdd(x1, Vector512.Load(r1 + width), b1);
        }
        if (i < indices.Length)
        {
            var r0 = right + indices[i] * stride;
            var x0 = Vector512.Create(values[i]);
            a0 = Lane.MultiplyAdd(x0, Vector512.Load(r0), a0);
            b0 = Lane.MultiplyAdd(x0, Vector512.Load(r0 + width), b0);
        }
        (a0 + a1).Store(output);
        (b0 + b1).Store(output + width);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Single<T>(ReadOnlySpan<int> indices, ReadOnlySpan<T> values, T* right, nint stride, T* output)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector512<T> a0 = default, a1 = default;
        var i = 0;
        for (; i + 1 < indices.Length; i += 2)
        {
            a0 = Lane.MultiplyAdd(Vector512.Create(values[i]), Vector512.Load(right + indices[i] * stride), a0);
            a1 = Lane.MultiplyAdd(Vector512.Create(values[i + 1]), Vector512.Load(right + indices[i + 1] * stride), a1);
        }
        if (i < indices.Length) a0 = Lane.MultiplyAdd(Vector512.Create(values[i]), Vector512.Load(right + indices[i] * stride), a0);
        (a0 + a1).Store(output);
    }
}
