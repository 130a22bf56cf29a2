using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GspMl.Projection.Kernels;

/// <summary>
/// Writes what is over a threshold of plain entries in their own arithmetic, in registers of 64 bytes, each of which fills a line of
/// memory. The first and the last register overlap their neighbours; both are read before anything is written, since the result may go
/// to where the entries are. Each entry has the same bits wherever lines begin.
/// </summary>
internal static unsafe class PlainWriter
{
    /// <summary>Whether registers are wide enough.</summary>
    public static bool IsFast => PlainSweep.IsFast;

    /// <summary>
    /// Whether a result can be formed in the entries' own arithmetic. With NaN entries stay as they are; a factor of at least 1 makes no 0
    /// of an excess.
    /// </summary>
    public static bool Holds<T>(double scale, double tau, double factor)
        where T : unmanaged =>
        scale == 1 && (double.IsNaN(factor) || (typeof(T) == typeof(float) ? FloatSoftThreshold.Holds(tau, factor) : factor >= 1));

    /// <summary>The specification: entry by entry.</summary>
    /// <returns>How many entries of the result are not zero.</returns>
    public static int Scalar<T, TWriting>(T* c, int n, T floor, T rest, T factor, T* to)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TWriting : struct, IWriting
    {
        var kept = 0;
        for (var j = 0; j < n; j++)
        {
            var (entry, magnitude) = (c[j], T.Abs(c[j]));
            var inside = magnitude > floor;
            to[j] = !inside ? T.Zero : TWriting.Projects ? T.CopySign((magnitude - floor - rest) * factor, entry) : entry;
            if (inside) kept++;
        }
        return kept;
    }

    /// <summary>Contiguous entries; in place if <paramref name="to"/> is where they are.</summary>
    /// <param name="c">The entries.</param>
    /// <param name="n">How many there are.</param>
    /// <param name="tau">The threshold.</param>
    /// <param name="factor">What the excesses are multiplied with; NaN leaves the entries of the support as they are.</param>
    /// <param name="streaming">Whether the result goes past the caches.</param>
    /// <param name="to">The result.</param>
    public static int Write<T>(T* c, int n, double tau, double factor, bool streaming, T* to)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (floor, rest) = Split<T>(tau);
        return double.IsNaN(factor) ? Over<T, WritesOriginal>(c, n, floor, rest, T.Zero, streaming, to)
            : Over<T, WritesProjected>(c, n, floor, rest, T.CreateTruncating(factor), streaming, to);
    }

    /// <summary>A threshold as the sum of two numbers, of which the first tells exactly which entries exceed it.</summary>
    public static (T Floor, T Missing) Split<T>(double tau)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(double)) return (T.CreateTruncating(tau), T.Zero);
        var split = SplitThreshold.Of(tau);
        return (T.CreateTruncating(split.Floor), T.CreateTruncating(split.Rest));
    }

    private static int Over<T, TWriting>(T* c, int n, T floor, T rest, T factor, bool streaming, T* to)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TWriting : struct, IWriting
    {
        var width = Vector512<T>.Count;
        var head = (int)(-(nint)to & (width * sizeof(T) - 1)) / sizeof(T);
        // Where entries do not lie on their own multiples, lines cannot be met.
        if (n < 2 * width || ((nint)to & (sizeof(T) - 1)) != 0) return Scalar<T, TWriting>(c, n, floor, rest, factor, to);
        return streaming ? Lines<T, TWriting, Streamed>(c, n, head, floor, rest, factor, to)
            : Lines<T, TWriting, Cached>(c, n, head, floor, rest, factor, to);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static int Lines<T, TWriting, TStoring>(T* c, int n, int head, T floor, T rest, T factor, T* to)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TWriting : struct, IWriting
        where TStoring : struct, IStoring
    {
        var (floors, rests, factors) = (Vector512.Create(floor), Vector512.Create(rest), Vector512.Create(factor));
        var (width, kept, j) = (Vector512<T>.Count, 0, head);
        var first = Of<T, TWriting>(Vector512.Load(c), floors, rests, factors, out var firstBits);
        var (last, lastBits, next, ahead) = (first, 0u, Vector512.Load(c + j), n - 2 * width);
        for (var stop = ahead; ; stop = n - width)
        {
            for (; j <= stop; j += width)
            {
                // Read ahead of what is written: the processor takes two places for the same if they are whole pages apart.
                var values = next;
                next = Vector512.Load(c + Math.Min(j, ahead) + width);
                var result = Of<T, TWriting>(values, floors, rests, factors, out var bits);
                if (TStoring.Streams) Lanes.StorePast(result, to + j);
                else result.StoreAligned(to + j);
                kept += BitOperations.PopCount(bits);
            }
            if (stop > ahead) break;
            // Before the line is written that it overlaps, and no earlier: all would wait for it to come from memory.
            last = Of<T, TWriting>(Vector512.Load(c + n - width), floors, rests, factors, out lastBits);
        }
        if (TStoring.Streams) LineEnds.Stream(first, 0, head, to);
        else if (head > 0) first.Store(to);
        if (TStoring.Streams) LineEnds.Stream(last, width - (n - j), n - j, to + j);
        else if (j < n) last.Store(to + n - width);
        return kept + BitOperations.PopCount(firstBits & (1u << head) - 1) + BitOperations.PopCount(lastBits >> width - (n - j));
    }

    /// <summary>A register of entries; <paramref name="bits"/> tells which are in the support.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Of<T, TWriting>(Vector512<T> values, Vector512<T> floor, Vector512<T> rest, Vector512<T> factor,
        out uint bits)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TWriting : struct, IWriting
    {
        var magnitudes = Vector512.Abs(values);
        bits = (uint)Vector512.GreaterThan(magnitudes, floor).ExtractMostSignificantBits();
        if (!TWriting.Projects) return Vector512.ConditionalSelect(Vector512.GreaterThan(magnitudes, floor), values, Vector512<T>.Zero);
        var excess = typeof(T) == typeof(float) ? magnitudes - floor - rest : magnitudes - floor;
        if (!Vector512.IsHardwareAccelerated)
            return (excess * factor | values & Vector512.Create(-T.Zero)) & Vector512.GreaterThan(magnitudes, floor);
        // The signs of the entries, on all that are inside.
        var signed = Vector512.ConditionalSelect(Vector512.Create(-T.Zero), values, excess * factor);
        return Vector512.ConditionalSelect(Vector512.GreaterThan(magnitudes, floor), signed, Vector512<T>.Zero);
    }
}
