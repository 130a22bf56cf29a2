using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GspMl.Projection.Kernels;

/// <summary>
/// Writes what is over a threshold of weighted entries in their own arithmetic, in registers of 64 bytes, as <see cref="PlainWriter"/>
/// does without weights. With τ = floor + rest the excess |c| − floor·w − rest·w of floats is as good as exact but for entries so near
/// their thresholds that a float cannot tell the rest: those few are computed in double, wherever in a register they are, so that bits do
/// not depend on where lines begin.
/// </summary>
internal static unsafe class WeightedWriter
{
    /// <summary>
    /// An excess over this part of the entry has at most the error of its last rounding: under a 2⁻²²th the first difference is exact, and
    /// the rest is known to a 2⁻⁴⁸th.
    /// </summary>
    private const float Near = 1f / (1 << 24);

    /// <summary>And over this number nothing is lost under the range of float.</summary>
    private const float Tiny = 1f / (1L << 60) / (1L << 60);

    /// <summary>Whether a result can be formed in the entries' own arithmetic; with NaN entries stay as they are.</summary>
    public static bool Holds<T>(double scale, double weightScale, double tau, double factor)
        where T : unmanaged =>
        scale == 1 && weightScale == 1 && (double.IsNaN(factor) || factor >= 1)
            && (typeof(T) == typeof(double) || (tau is > 1e-30 and < 1e37 && !(factor > 1e30)));

    /// <summary>The specification: entry by entry.</summary>
    /// <returns>How many entries of the result are not zero.</returns>
    public static int Scalar<T, TWriting>(T* c, T* w, int n, double tau, double factor, T* to)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TWriting : struct, IWriting
    {
        var ((floor, rest), own, kept) = (PlainWriter.Split<T>(tau), T.CreateTruncating(factor), 0);
        for (var j = 0; j < n; j++)
        {
            var magnitude = T.Abs(c[j]);
            var excess = T.FusedMultiplyAdd(-floor, w[j], magnitude);
            if (typeof(T) == typeof(float)) excess = T.FusedMultiplyAdd(-rest, w[j], excess);
            var bound = T.FusedMultiplyAdd(magnitude, T.CreateTruncating(Near), T.CreateTruncating(Tiny));
            if (typeof(T) == typeof(float) && T.Abs(excess) < bound)
                to[j] = InDouble<T, TWriting>(c[j], w[j], tau, factor);
            else to[j] = !(excess > T.Zero) ? T.Zero : TWriting.Projects ? T.CopySign(excess * own, c[j]) : c[j];
            if (to[j] != T.Zero) kept++;
        }
        return kept;
    }

    /// <summary>Contiguous entries; in place if <paramref name="to"/> is where they are.</summary>
    /// <param name="c">The entries.</param>
    /// <param name="w">Their weights.</param>
    /// <param name="n">How many there are.</param>
    /// <param name="tau">The threshold for a weight of 1.</param>
    /// <param name="factor">What the excesses are multiplied with; NaN leaves the entries of the support as they are.</param>
    /// <param name="streaming">Whether the result goes past the caches.</param>
    /// <param name="to">The result.</param>
    public static int Write<T>(T* c, T* w, int n, double tau, double factor, bool streaming, T* to)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => double.IsNaN(factor)
            ? Over<T, WritesOriginal>(c, w, n, tau, factor, streaming, to) : Over<T, WritesProjected>(c, w, n, tau, factor, streaming, to);

    private static int Over<T, TWriting>(T* c, T* w, int n, double tau, double factor, bool streaming, T* to)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TWriting : struct, IWriting
    {
        var width = Vector512<T>.Count;
        var head = (int)(-(nint)to & (width * sizeof(T) - 1)) / sizeof(T);
        // Where entries do not lie on their own multiples, lines cannot be met.
        if (n < 2 * width || ((nint)to & (sizeof(T) - 1)) != 0) return Scalar<T, TWriting>(c, w, n, tau, factor, to);
        return streaming ? Lines<T, TWriting, Streamed>(c, w, n, head, tau, factor, to)
            : Lines<T, TWriting, Cached>(c, w, n, head, tau, factor, to);
    }

    private static int Lines<T, TWriting, TStoring>(T* c, T* w, int n, int head, double tau, double factor, T* to)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TWriting : struct, IWriting
        where TStoring : struct, IStoring
    {
        var ((floor, rest), width, kept, j) = (PlainWriter.Split<T>(tau), Vector512<T>.Count, 0, head);
        // The first and the last register overlap others, of which nothing is stored, so that no line is touched again that went past the
        // caches; they are read before what they overlap is written, since it may go to where the entries are.
        T* first = stackalloc T[width], last = stackalloc T[2 * width];
        if (head > 0) One<T, TWriting>(c, w, floor, rest, tau, factor, first);
        for (var end = n - width; ; end = n)
        {
            for (; (j = Run<T, TWriting, TStoring>(c, w, end, j, floor, rest, factor, to, ref kept)) <= end - width; j += width)
                kept += Scalar<T, TWriting>(c + j, w + j, width, tau, factor, to + j);
            if (end == n) break;
            // No earlier: all would wait for it to come from memory.
            One<T, TWriting>(c + n - width, w + n - width, floor, rest, tau, factor, last);
        }
        return kept + Copy<T, TStoring>(first, head, to) + Copy<T, TStoring>(last + width - (n - j), n - j, to + j);
    }

    /// <summary>Copies fewer entries than a register holds, from where as much room as one needs may be read.</summary>
    /// <returns>How many are not zero.</returns>
    public static int Copy<T, TStoring>(T* from, int count, T* to)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TStoring : struct, IStoring
    {
        var zeros = Vector512.Equals(Vector512.Load(from), Vector512<T>.Zero).ExtractMostSignificantBits();
        if (TStoring.Streams) LineEnds.Stream(from, count, to);
        else new ReadOnlySpan<T>(from, count).CopyTo(new(to, count));
        return count - BitOperations.PopCount(zeros & (1u << count) - 1);
    }

    /// <summary>
    /// Lines, up to one in which an entry is too near to tell: to call for help within this loop would keep its registers in memory.
    /// </summary>
    /// <returns>Where that line begins, or where less than a line is left.</returns>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static int Run<T, TWriting, TStoring>(T* c, T* w, int n, int from, T floor, T rest, double factor, T* to, ref int kept)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TWriting : struct, IWriting
        where TStoring : struct, IStoring
    {
        var (floors, rests, factors) = (Vector512.Create(-floor), Vector512.Create(-rest), Vector512.Create(T.CreateTruncating(factor)));
        var (width, count, j) = (Vector512<T>.Count, 0, from);
        for (; j <= n - width; j += width)
        {
            var result = Of<T, TWriting>(Vector512.Load(c + j), Vector512.Load(w + j), floors, rests, factors, out var bits, out var near);
            if (near != 0) break;
            if (TStoring.Streams) Lanes.StorePast(result, to + j);
            else result.StoreAligned(to + j);
            count += BitOperations.PopCount(bits);
        }
        kept += count;
        return j;
    }

    /// <summary>A register's entries.</summary>
    private static void One<T, TWriting>(T* c, T* w, T floor, T rest, double tau, double factor, T* to)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TWriting : struct, IWriting
    {
        var result = Of<T, TWriting>(Vector512.Load(c), Vector512.Load(w), Vector512.Create(-floor), Vector512.Create(-rest),
            Vector512.Create(T.CreateTruncating(factor)), out _, out var near);
        if (near == 0) result.Store(to);
        else Scalar<T, TWriting>(c, w, Vector512<T>.Count, tau, factor, to);
    }

    /// <summary>A register of entries; what is too near to tell has to be formed by <see cref="Scalar"/>.</summary>
    /// <param name="values">The entries.</param>
    /// <param name="weights">Their weights.</param>
    /// <param name="floor">The first part of the threshold, less than 0.</param>
    /// <param name="rest">What is missing of it, at most 0.</param>
    /// <param name="factor">What the excesses are multiplied with.</param>
    /// <param name="bits">Which are in the support.</param>
    /// <param name="near">Which are too near to tell.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Of<T, TWriting>(Vector512<T> values, Vector512<T> weights, Vector512<T> floor, Vector512<T> rest,
        Vector512<T> factor, out uint bits, out uint near)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TWriting : struct, IWriting
    {
        var magnitudes = Vector512.Abs(values);
        var excess = Lanes.MultiplyAdd(floor, weights, magnitudes);
        near = 0;
        if (typeof(T) == typeof(float))
        {
            excess = Lanes.MultiplyAdd(rest, weights, excess);
            var bound = Lanes.MultiplyAdd(
                magnitudes, Vector512.Create(T.CreateTruncating(Near)), Vector512.Create(T.CreateTruncating(Tiny)));
            near = (uint)Vector512.LessThan(Vector512.Abs(excess), bound).ExtractMostSignificantBits();
        }
        bits = (uint)Vector512.GreaterThan(excess, Vector512<T>.Zero).ExtractMostSignificantBits();
        var inside = TWriting.Projects ? Vector512.ConditionalSelect(Vector512.Create(-T.Zero), values, excess * factor) : values;
        return Vector512.ConditionalSelect(Vector512.GreaterThan(excess, Vector512<T>.Zero), inside, Vector512<T>.Zero);
    }

    private static T InDouble<T, TWriting>(T entry, T weight, double tau, double factor)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TWriting : struct, IWriting
    {
        var excess = Math.FusedMultiplyAdd(-tau, double.CreateTruncating(weight), Math.Abs(double.CreateTruncating(entry)));
        if (!(excess > 0)) return T.Zero;
        return TWriting.Projects ? T.CopySign(T.CreateTruncating(excess * factor), entry) : entry;
    }
}
