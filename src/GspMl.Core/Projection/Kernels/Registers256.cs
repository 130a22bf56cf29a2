using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace GspMl.Projection.Kernels;

/// <summary>
/// Registers of 32 bytes, for processors without wider ones. A comparison would give a register, so that without weights signs are used
/// instead: those of what is missing to exceed a threshold, a number that is formed anyway.
/// </summary>
internal readonly unsafe struct Registers256<T> : IRegisters<T, Vector256<T>>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Whether there are such registers, and what is wanted of them.</summary>
    public static bool AreThere => Vector256.IsHardwareAccelerated && Avx2.IsSupported && Fma.IsSupported && Bmi2.X64.IsSupported;

    public static int Count => Vector256<T>.Count;

    public static int Group => 4;

    /// <summary>Halves of doubles in the order that brings the chosen ones of four to the front, for each choice.</summary>
    private static ReadOnlySpan<int> Orders =>
    [
        0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6, 7, 2, 3, 0, 1, 4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6, 7,
        4, 5, 0, 1, 2, 3, 6, 7, 0, 1, 4, 5, 2, 3, 6, 7, 2, 3, 4, 5, 0, 1, 6, 7, 0, 1, 2, 3, 4, 5, 6, 7,
        6, 7, 0, 1, 2, 3, 4, 5, 0, 1, 6, 7, 2, 3, 4, 5, 2, 3, 6, 7, 0, 1, 4, 5, 0, 1, 2, 3, 6, 7, 4, 5,
        4, 5, 6, 7, 0, 1, 2, 3, 0, 1, 4, 5, 6, 7, 2, 3, 2, 3, 4, 5, 6, 7, 0, 1, 0, 1, 2, 3, 4, 5, 6, 7,
    ];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Create(T value) => Vector256.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Load(T* from) => Vector256.Load(from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> From(Vector256<T> values, int first) => Vector256.ConditionalSelect(
        Vector256.GreaterThanOrEqual(Vector256<T>.Indices, Vector256.Create(T.CreateTruncating(first))), values, Vector256<T>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Sum(Vector256<T> a, Vector256<T> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Widened(Vector256<T> sums)
    {
        if (typeof(T) == typeof(double)) return sums.AsDouble();
        var (lower, upper) = Vector256.Widen(sums.AsSingle());
        return lower + upper;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Larger(Vector256<T> largest, Vector256<T> values)
    {
        // In this order an entry that is no number changes nothing.
        var magnitudes = Vector256.Abs(values);
        return typeof(T) == typeof(float) ? Avx.Max(magnitudes.AsSingle(), largest.AsSingle()).As<float, T>()
            : Avx.Max(magnitudes.AsDouble(), largest.AsDouble()).As<double, T>();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Largest(Vector256<T> largest) => Lanes.LargestOf(Vector512.Create(largest, Vector256<T>.Zero));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Add(Vector256<T> values, Vector256<T> threshold, ref Vector256<T> p, ref Vector256<T> q)
    {
        var missing = threshold - Vector256.Abs(values);
        var d = Negative(missing);
        p += d;
        q = MultiplyAdd(d, d, q);
        return missing.ExtractMostSignificantBits();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Add(Vector256<T> values, Vector256<T> weights, Vector256<T> threshold, ref Vector256<T> p, ref Vector256<T> q,
        ref Vector256<T> w)
    {
        var missing = Missing(values, weights, threshold);
        var d = Negative(missing);
        p = MultiplyAdd(weights, d, p);
        q = MultiplyAdd(d, d, q);
        // The sign alone would not do: what is rounded to 0 keeps it.
        var over = Vector256.LessThan(missing, Vector256<T>.Zero);
        var own = weights & over;
        w = MultiplyAdd(own, own, w);
        return over.ExtractMostSignificantBits();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Over(Vector256<T> values, Vector256<T> threshold) =>
        (threshold - Vector256.Abs(values)).ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Over(Vector256<T> values, Vector256<T> weights, Vector256<T> threshold, Vector256<T> least)
    {
        var missing = Missing(values, weights, threshold);
        return (typeof(T) == typeof(float) ? Vector256.LessThanOrEqual(missing, -least)
            : Vector256.LessThan(missing, Vector256<T>.Zero)).ExtractMostSignificantBits();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Pack(Vector256<T> values, Vector256<T> low, Vector256<T> high, uint bits, T* to) =>
        Move(values, Order(bits), to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Pack(Vector256<T> values, Vector256<T> weights, Vector256<T> low, Vector256<T> least, Vector256<T> high, uint bits,
        T* to, T* weightsTo)
    {
        var order = Order(bits);
        Move(values, order, to);
        Move(weights, order, weightsTo);
    }

    /// <summary>What entries lack to their thresholds, rounded once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<T> Missing(Vector256<T> values, Vector256<T> weights, Vector256<T> threshold)
    {
        var magnitudes = Vector256.Abs(values);
        return typeof(T) == typeof(float)
            ? Fma.MultiplySubtract(threshold.AsSingle(), weights.AsSingle(), magnitudes.AsSingle()).As<float, T>()
            : Fma.MultiplySubtract(threshold.AsDouble(), weights.AsDouble(), magnitudes.AsDouble()).As<double, T>();
    }

    /// <summary>Numbers under 0, and 0 for others; in this order what is no number stays.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<T> Negative(Vector256<T> numbers) => typeof(T) == typeof(float)
        ? Avx.Min(Vector256<float>.Zero, numbers.AsSingle()).As<float, T>()
        : Avx.Min(Vector256<double>.Zero, numbers.AsDouble()).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<T> MultiplyAdd(Vector256<T> a, Vector256<T> b, Vector256<T> c) => typeof(T) == typeof(float)
        ? Vector256.FusedMultiplyAdd(a.AsSingle(), b.AsSingle(), c.AsSingle()).As<float, T>()
        : Vector256.FusedMultiplyAdd(a.AsDouble(), b.AsDouble(), c.AsDouble()).As<double, T>();

    /// <summary>Chosen entries first. Of floats: of the eight numbers of places, a byte each, those bytes whose bit is set.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Order(uint bits)
    {
        if (typeof(T) == typeof(double)) return Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(Orders), 8 * bits);
        var selected = Bmi2.X64.ParallelBitDeposit(bits, 0x0101010101010101) * 0xff;
        var places = Bmi2.X64.ParallelBitExtract(0x0706050403020100, selected);
        return Avx2.ConvertToVector256Int32(Vector128.CreateScalar(places).AsByte());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Move(Vector256<T> values, Vector256<int> order, T* to) =>
        Avx2.PermuteVar8x32(values.AsInt32(), order).Store((int*)to);
}
