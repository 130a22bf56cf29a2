using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace GspMl.Projection.Kernels;

/// <summary>
/// Registers of 64 bytes. What is compared is compared anew where it is wanted again, so that it stays a mask and never becomes a register.
/// </summary>
internal readonly unsafe struct Registers512<T> : IRegisters<T, Vector512<T>>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Whether there are such registers.</summary>
    public static bool AreThere => Vector512.IsHardwareAccelerated && Avx512F.IsSupported;

    public static int Count => Vector512<T>.Count;

    public static int Group => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Create(T value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Load(T* from) => Vector512.Load(from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> From(Vector512<T> values, int first) => Vector512.ConditionalSelect(
        Vector512.GreaterThanOrEqual(Vector512<T>.Indices, Vector512.Create(T.CreateTruncating(first))), values, Vector512<T>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Sum(Vector512<T> a, Vector512<T> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Widened(Vector512<T> sums)
    {
        if (typeof(T) == typeof(double)) return sums.AsDouble().GetLower() + sums.AsDouble().GetUpper();
        var (lower, upper) = Vector512.Widen(sums.AsSingle());
        return (lower + upper).GetLower() + (lower + upper).GetUpper();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Larger(Vector512<T> largest, Vector512<T> values) => Lanes.LargerBits(largest, Vector512.Abs(values));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Largest(Vector512<T> largest) => Lanes.LargestOf(largest);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Add(Vector512<T> values, Vector512<T> threshold, ref Vector512<T> p, ref Vector512<T> q)
    {
        var magnitudes = Vector512.Abs(values);
        var d = Vector512.ConditionalSelect(
            Vector512.GreaterThan(magnitudes, threshold), magnitudes - threshold, Vector512<T>.Zero);
        p += d;
        q = Lanes.MultiplyAdd(d, d, q);
        return Over(values, threshold);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Add(Vector512<T> values, Vector512<T> weights, Vector512<T> threshold, ref Vector512<T> p, ref Vector512<T> q,
        ref Vector512<T> w)
    {
        var excess = Excess(values, weights, threshold);
        var d = Vector512.ConditionalSelect(Vector512.GreaterThan(excess, Vector512<T>.Zero), excess, Vector512<T>.Zero);
        var own = Vector512.ConditionalSelect(Vector512.GreaterThan(excess, Vector512<T>.Zero), weights, Vector512<T>.Zero);
        p = Lanes.MultiplyAdd(weights, d, p);
        q = Lanes.MultiplyAdd(d, d, q);
        w = Lanes.MultiplyAdd(own, own, w);
        return (uint)Vector512.GreaterThan(excess, Vector512<T>.Zero).ExtractMostSignificantBits();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Over(Vector512<T> values, Vector512<T> threshold) =>
        (uint)Vector512.GreaterThan(Vector512.Abs(values), threshold).ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Over(Vector512<T> values, Vector512<T> weights, Vector512<T> threshold, Vector512<T> least) =>
        (uint)IsOver(values, weights, threshold, least).ExtractMostSignificantBits();

    /// <summary>What entries have over their thresholds, rounded once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Excess(Vector512<T> values, Vector512<T> weights, Vector512<T> threshold)
    {
        var magnitudes = Vector512.Abs(values);
        return typeof(T) == typeof(float)
            ? Avx512F.FusedMultiplyAddNegated(threshold.AsSingle(), weights.AsSingle(), magnitudes.AsSingle()).As<float, T>()
            : Avx512F.FusedMultiplyAddNegated(threshold.AsDouble(), weights.AsDouble(), magnitudes.AsDouble()).As<double, T>();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> IsOver(Vector512<T> values, Vector512<T> weights, Vector512<T> threshold, Vector512<T> least)
    {
        var excess = Excess(values, weights, threshold);
        return typeof(T) == typeof(float) ? Vector512.GreaterThanOrEqual(excess, least)
            : Vector512.GreaterThan(excess, Vector512<T>.Zero);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Pack(Vector512<T> values, Vector512<T> low, Vector512<T> high, uint bits, T* to)
    {
        var magnitudes = Vector512.Abs(values);
        Compress(Vector512.AndNot(Vector512.GreaterThan(magnitudes, low), Vector512.GreaterThan(magnitudes, high)), values, to);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Pack(Vector512<T> values, Vector512<T> weights, Vector512<T> low, Vector512<T> least, Vector512<T> high, uint bits,
        T* to, T* weightsTo)
    {
        var over = Vector512.GreaterThan(Excess(values, weights, high), Vector512<T>.Zero);
        var between = Vector512.AndNot(IsOver(values, weights, low, least), over);
        Compress(between, values, to);
        Compress(between, weights, weightsTo);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Compress(Vector512<T> mask, Vector512<T> values, T* to)
    {
        if (typeof(T) == typeof(float))
            Avx512F.Compress(Vector512<float>.Zero, mask.AsSingle(), values.AsSingle()).Store((float*)to);
        else Avx512F.Compress(Vector512<double>.Zero, mask.AsDouble(), values.AsDouble()).Store((double*)to);
    }
}
