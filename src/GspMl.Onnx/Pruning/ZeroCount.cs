using System.Numerics;
using System.Runtime.InteropServices;

namespace GspMl.Onnx.Pruning;

/// <summary>Counts zeros of either sign.</summary>
internal static class ZeroCount
{
    // Counts are kept in lanes of T, which hold whole numbers exactly up to 2²⁴ in float.
    private const int Flush = 1 << 20;

    public static long Of<T>(ReadOnlySpan<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        long count = 0;
        var vectors = MemoryMarshal.Cast<T, Vector<T>>(values);
        for (var start = 0; start < vectors.Length; start += Flush)
        {
            var lanes = Vector<T>.Zero;
            foreach (var vector in vectors.Slice(start, Math.Min(Flush, vectors.Length - start)))
                lanes += Vector.ConditionalSelect(Vector.Equals(vector, Vector<T>.Zero), Vector<T>.One, Vector<T>.Zero);
            for (var lane = 0; lane < Vector<T>.Count; lane++) count += long.CreateTruncating(lanes[lane]);
        }
        foreach (var value in values[(vectors.Length * Vector<T>.Count)..]) count += value == T.Zero ? 1 : 0;
        return count;
    }
}
