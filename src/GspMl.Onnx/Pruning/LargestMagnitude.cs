using System.Numerics;
using GspMl.Projection;

namespace GspMl.Onnx.Pruning;

/// <summary>The largest magnitude of each vector of a layout.</summary>
internal static class LargestMagnitude
{
    /// <summary>One number for each vector; 0 for a zero vector.</summary>
    public static T[] Of<T>(ReadOnlySpan<T> values, VectorLayout layout)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var largest = new T[layout.Count];
        // Interleaved vectors are walked entry by entry, so that the memory is read in its own order.
        if (layout.VectorStride < layout.ElementStride)
            for (var j = 0; j < layout.Length; j++) TakeEntry(values, layout, j, largest);
        else
            for (var i = 0; i < layout.Count; i++) largest[i] = OfVector(values[(int)(i * layout.VectorStride)..], layout);
        return largest;
    }

    private static void TakeEntry<T>(ReadOnlySpan<T> values, VectorLayout layout, int entry, Span<T> largest)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var at = (int)(entry * layout.ElementStride);
        for (var i = 0; i < largest.Length; i++, at += (int)layout.VectorStride) largest[i] = T.Max(largest[i], T.Abs(values[at]));
    }

    private static T OfVector<T>(ReadOnlySpan<T> from, VectorLayout layout)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var largest = T.Zero;
        for (int j = 0, at = 0; j < layout.Length; j++, at += (int)layout.ElementStride) largest = T.Max(largest, T.Abs(from[at]));
        return largest;
    }
}
