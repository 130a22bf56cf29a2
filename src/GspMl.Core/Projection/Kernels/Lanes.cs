using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace GspMl.Projection.Kernels;

/// <summary>
/// Eight entries at a time, as doubles whatever they are stored as: the sums of a threshold cancel, and float products would overflow.
/// Where floats are many and in range, <see cref="FloatCollector"/> and <see cref="FloatSoftThreshold"/> take over.
/// </summary>
internal static unsafe class Lanes
{
    public const int Width = 8;

    /// <summary>Eight entries from <paramref name="p"/> on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Load<T>(T* p)
        where T : unmanaged
    {
        if (typeof(T) == typeof(double)) return Vector512.Load((double*)p);
        var narrow = Vector256.Load((float*)p);
        if (Avx512F.IsSupported) return Avx512F.ConvertToVector512Double(narrow);
        var (lower, upper) = Vector256.Widen(narrow);
        return Vector512.Create(lower, upper);
    }

    /// <summary>Eight scaled magnitudes. Those of floats never leave the range of double, and are not scaled.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Magnitudes<T>(T* p, Vector512<double> scale)
        where T : unmanaged => Scaled<T>(Vector512.Abs(Load(p)), scale);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Scaled<T>(Vector512<double> values, Vector512<double> scale)
        where T : unmanaged => typeof(T) == typeof(float) ? values : values * scale;

    /// <summary>Eight scaled weights; those of floats are not scaled either.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Weights<T>(T* p, Vector512<double> scale)
        where T : unmanaged => Scaled<T>(Load(p), scale);

    /// <summary>Stores eight entries.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<T>(T* p, Vector512<double> value)
        where T : unmanaged
    {
        if (typeof(T) == typeof(double)) value.Store((double*)p);
        else Narrow(value).Store((float*)p);
    }

    /// <summary>
    /// Stores a register past the caches; its place must be a multiple of its size. Where there are none of 64 bytes, .NET would store it
    /// as any other.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePast<T>(Vector512<T> register, T* to)
        where T : unmanaged
    {
        if (Vector512.IsHardwareAccelerated) register.StoreAlignedNonTemporal(to);
        else
        {
            register.GetLower().StoreAlignedNonTemporal(to);
            register.GetUpper().StoreAlignedNonTemporal(to + Vector256<T>.Count);
        }
    }

    /// <summary>Stores eight entries past the caches; <paramref name="p"/> must be aligned to their size.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreStreaming<T>(T* p, Vector512<double> value)
        where T : unmanaged
    {
        if (typeof(T) == typeof(double)) StorePast(value, (double*)p);
        else Narrow(value).StoreAlignedNonTemporal((float*)p);
    }

    /// <summary>The mask of the lanes whose bits are set.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Selected(uint bits)
    {
        var each = Vector512.Create(1L, 2, 4, 8, 16, 32, 64, 128);
        return Vector512.Equals(Vector512.Create((long)bits) & each, each).AsDouble();
    }

    /// <summary>a·b + c, rounded once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> MultiplyAdd<T>(Vector512<T> a, Vector512<T> b, Vector512<T> c)
        where T : unmanaged => typeof(T) == typeof(float)
            ? Vector512.FusedMultiplyAdd(a.AsSingle(), b.AsSingle(), c.AsSingle()).As<float, T>()
            : Vector512.FusedMultiplyAdd(a.AsDouble(), b.AsDouble(), c.AsDouble()).As<double, T>();

    /// <summary>The larger of magnitudes by their bits: infinity and NaN are over all numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> LargerBits<T>(Vector512<T> a, Vector512<T> b)
        where T : unmanaged => typeof(T) == typeof(float)
            ? Vector512.Max(a.AsInt32(), b.AsInt32()).As<int, T>()
            : Vector512.Max(a.AsInt64(), b.AsInt64()).As<long, T>();

    /// <summary>The largest of magnitudes by their bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double LargestOf<T>(Vector512<T> magnitudes)
        where T : unmanaged
    {
        if (typeof(T) == typeof(double)) return LargestMagnitude.OfLanes(magnitudes.AsInt64());
        var half = Vector256.Max(magnitudes.GetLower().AsInt32(), magnitudes.GetUpper().AsInt32());
        var four = Vector128.Max(half.GetLower(), half.GetUpper());
        return BitConverter.Int32BitsToSingle(Math.Max(Math.Max(four[0], four[1]), Math.Max(four[2], four[3])));
    }

    /// <summary>The sums of two registers at once: their lanes are interleaved, so that each step adds those of both.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (double First, double Second) SumBoth(Vector512<double> first, Vector512<double> second) =>
        SumBoth(first.GetLower() + first.GetUpper(), second.GetLower() + second.GetUpper());

    /// <summary>The same of registers of four.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (double First, double Second) SumBoth(Vector256<double> first, Vector256<double> second)
    {
        if (!Avx.IsSupported) return (Vector256.Sum(first), Vector256.Sum(second));
        var both = Avx.UnpackLow(first, second) + Avx.UnpackHigh(first, second);
        var pair = both.GetLower() + both.GetUpper();
        return (pair[0], pair[1]);
    }

    /// <summary>
    /// Stores those of eight entries that are selected side by side, without a branch that nobody could predict. All eight places may be
    /// written to.
    /// </summary>
    /// <returns>How many are selected.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int StoreSelected<T>(T* p, Vector512<double> selected, Vector512<double> values)
        where T : unmanaged
    {
        var bits = Bits(selected);
        if (Avx512F.IsSupported)
        {
            Store(p, Avx512F.Compress(Vector512<double>.Zero, selected, values));
            return BitOperations.PopCount(bits);
        }
        if (bits != 0) StoreEach(p, bits, values);
        return BitOperations.PopCount(bits);
    }

    private static void StoreEach<T>(T* p, uint bits, Vector512<double> values)
        where T : unmanaged
    {
        for (; bits != 0; bits &= bits - 1, p++)
        {
            var value = values[BitOperations.TrailingZeroCount(bits)];
            if (typeof(T) == typeof(double)) *(double*)p = value;
            else *(float*)p = (float)value;
        }
    }

    /// <summary>The largest magnitude that is stored as 0: half of float's smallest number, by the rule of rounding to even.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Vanishing<T>()
        where T : unmanaged => typeof(T) == typeof(float) ? float.Epsilon / 2.0 : 0;

    /// <summary>One bit for each lane that is set.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Bits(Vector512<double> mask) => (uint)mask.ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Narrow(Vector512<double> value) => Avx512F.IsSupported
        ? Avx512F.ConvertToVector256Single(value)
        : Vector256.Narrow(value.GetLower(), value.GetUpper());
}
