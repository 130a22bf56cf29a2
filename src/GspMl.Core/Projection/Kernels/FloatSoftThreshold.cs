using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GspMl.Projection.Kernels;

/// <summary>
/// Writes x = sign(c)·factor·(|c| − τ)₊ of plain floats in their own arithmetic. The support is exact; with τ in two parts near entries
/// lose nothing, and the result is within two units in the last place.
/// </summary>
internal static unsafe class FloatSoftThreshold
{
    /// <summary>Entries of a line of memory.</summary>
    private const int Line = 16;

    /// <summary>
    /// Whether float is wide enough: over such a threshold, and with a factor of at least 1, no excess falls under its range. With NaN
    /// entries stay as they are, elsewhere.
    /// </summary>
    public static bool Holds(double tau, double factor) => tau > 1e-30 && factor is >= 1 and < 1e30;

    /// <summary>The specification: entry by entry.</summary>
    /// <returns>How many entries of the result are not zero.</returns>
    public static int Scalar(float* values, int count, SplitThreshold tau, float factor, float* destination)
    {
        var kept = 0;
        for (var j = 0; j < count; j++)
        {
            var (c, inside) = (values[j], MathF.Abs(values[j]) > tau.Floor);
            destination[j] = inside ? MathF.CopySign((MathF.Abs(c) - tau.Floor - tau.Rest) * factor, c) : 0;
            if (inside) kept++;
        }
        return kept;
    }

    /// <summary>Contiguous entries; in place if <paramref name="destination"/> is where the entries are.</summary>
    /// <param name="values">The entries.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="tau">The threshold.</param>
    /// <param name="factor">What the excesses are multiplied with; see <see cref="Holds"/>.</param>
    /// <param name="streaming">Whether the result goes past the caches.</param>
    /// <param name="destination">The result.</param>
    public static int Write(float* values, int count, SplitThreshold tau, float factor, bool streaming, float* destination)
    {
        var head = streaming ? Math.Min(count, ToLine(destination)) : 0;
        var whole = (count - head) & -Line;
        var kept = End(values, head, tau, factor, streaming, destination);
        kept += streaming
            ? StoreStreaming(values + head, whole, tau, factor, destination + head)
            : Store(values + head, whole, tau, factor, destination + head);
        var last = head + whole;
        return kept + End(values + last, count - last, tau, factor, streaming, destination + last);
    }

    /// <summary>Less than a line.</summary>
    private static int End(float* values, int count, SplitThreshold tau, float factor, bool streaming, float* destination)
    {
        if (!streaming) return Scalar(values, count, tau, factor, destination);
        var room = stackalloc float[Line];
        var kept = Scalar(values, count, tau, factor, room);
        LineEnds.Stream(room, count, destination);
        return kept;
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static int Store(float* values, int count, SplitThreshold tau, float factor, float* destination)
    {
        var (floor, rest, factors) = (Vector256.Create(tau.Floor), Vector256.Create(tau.Rest), Vector256.Create(factor));
        Vector256<int> even = default, odd = default;
        for (var j = 0; j < count; j += Line)
        {
            var (first, second) = (Vector256.Load(values + j), Vector256.Load(values + j + Line / 2));
            Of(first, floor, rest, factors, ref even).Store(destination + j);
            Of(second, floor, rest, factors, ref odd).Store(destination + j + Line / 2);
        }
        return -Vector256.Sum(even + odd);
    }

    /// <summary>A line of memory at once, if a register holds one: else two stores have to meet before it goes out.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static int StoreStreaming(float* values, int count, SplitThreshold tau, float factor, float* destination)
    {
        var (floor, rest, factors) = (Vector512.Create(tau.Floor), Vector512.Create(tau.Rest), Vector512.Create(factor));
        Vector512<int> support = default;
        for (var j = 0; j < count; j += Line)
            Of(Vector512.Load(values + j), floor, rest, factors, ref support).StoreAlignedNonTemporal(destination + j);
        return -Vector512.Sum(support);
    }

    /// <summary>Eight entries; a lane of <paramref name="support"/> falls by one where an entry is in the support.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Of(Vector256<float> values, Vector256<float> floor, Vector256<float> rest, Vector256<float> factor,
        ref Vector256<int> support)
    {
        var magnitudes = Vector256.Abs(values);
        var inside = Vector256.GreaterThan(magnitudes, floor).AsInt32();
        support += inside;
        var result = (magnitudes - floor - rest) * factor;
        // The signs of the entries, on all that are inside.
        return (Vector256.ConditionalSelect(Vector256.Create(int.MinValue), values.AsInt32(), result.AsInt32()) & inside).AsSingle();
    }

    /// <summary>The same of sixteen.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Of(Vector512<float> values, Vector512<float> floor, Vector512<float> rest, Vector512<float> factor,
        ref Vector512<int> support)
    {
        var magnitudes = Vector512.Abs(values);
        var inside = Vector512.GreaterThan(magnitudes, floor).AsInt32();
        support += inside;
        var result = (magnitudes - floor - rest) * factor;
        return (Vector512.ConditionalSelect(Vector512.Create(int.MinValue), values.AsInt32(), result.AsInt32()) & inside).AsSingle();
    }

    /// <summary>Entries from <paramref name="destination"/> to the next line of memory.</summary>
    private static int ToLine(float* destination) => (int)(-(nint)destination & (Line * sizeof(float) - 1)) / sizeof(float);
}
