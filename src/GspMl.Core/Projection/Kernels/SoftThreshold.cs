using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GspMl.Projection.Kernels;

/// <summary>Writes x = sign(c)·factor·(|c| − τw)₊, or c itself within that support.</summary>
internal static unsafe class SoftThreshold
{
    /// <summary>The specification: entry by entry.</summary>
    /// <returns>How many entries of the result are not zero: what underflows in <typeparamref name="T"/> does not count.</returns>
    public static int Scalar<T, TWeighting>(in Entries<T> x, double tau, double factor, T* destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TWeighting : struct, IWeighting
    {
        var kept = 0;
        for (var j = 0; j < x.Length; j++)
        {
            var d = x.Excess(j, tau);
            var c = x.Values[j];
            destination[j] = !(d > 0) ? T.Zero : double.IsNaN(factor) ? c : T.CopySign(T.CreateTruncating(d * factor), c);
            if (destination[j] != T.Zero) kept++;
        }
        return kept;
    }

    /// <summary>Contiguous entries, eight at a time; in place if <paramref name="destination"/> is where the entries are.</summary>
    /// <param name="x">The entries.</param>
    /// <param name="tau">The threshold.</param>
    /// <param name="factor">α/‖d‖₂ divided by the scale of the entries; NaN leaves the entries of the support as they are.</param>
    /// <param name="streaming">Whether the result goes past the caches: it is larger than they are, and elsewhere than the entries.</param>
    /// <param name="destination">The result.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static int Write<T, TWeighting>(in Entries<T> x, double tau, double factor, bool streaming, T* destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TWeighting : struct, IWeighting
    {
        if (typeof(TWeighting) == typeof(Plain) && PlainWriter.IsFast && PlainWriter.Holds<T>(x.Scale, tau, factor))
            return PlainWriter.Write(x.Values, x.Length, tau, factor, streaming, destination);
        if (TWeighting.Weighted && WeightedWriter.Holds<T>(x.Scale, x.WeightScale, tau, factor))
            return WeightedWriter.Write(x.Values, x.Weights, x.Length, tau, factor, streaming, destination);
        if (typeof(T) == typeof(float) && typeof(TWeighting) == typeof(Plain) && FloatSoftThreshold.Holds(tau, factor))
            return FloatSoftThreshold.Write((float*)x.Values, x.Length, SplitThreshold.Of(tau), (float)factor, streaming,
                (float*)destination);
        var head = streaming ? Math.Min(x.Length, ToAlignment(destination)) : 0;
        if (x.Length - head < Lanes.Width) return Scalar<T, TWeighting>(x, tau, factor, destination);
        var kept = Scalar<T, TWeighting>(new(x.Values, x.Weights, head, x.Scale, x.WeightScale), tau, factor, destination);
        var (taus, factors) = (Vector512.Create(tau), Vector512.Create(factor));
        var (scale, weightScale) = (Vector512.Create(x.Scale), Vector512.Create(x.WeightScale));
        var c = x.Values;
        var w = x.Weights;
        var (n, j) = (x.Length, head);
        for (; j <= n - Lanes.Width; j += Lanes.Width)
        {
            var values = Lanes.Load(c + j);
            var result = Of<T, TWeighting>(values, TWeighting.Weighted ? Lanes.Weights(w + j, weightScale) : default, scale, taus, factors,
                out var bits);
            if (streaming) Lanes.StoreStreaming(destination + j, result);
            else Lanes.Store(destination + j, result);
            kept += BitOperations.PopCount(bits);
        }
        return kept + Scalar<T, TWeighting>(x.From(j), tau, factor, destination + j);
    }

    /// <summary>Eight entries; <paramref name="bits"/> tells which of them will not be zero when they are stored.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Of<T, TWeighting>(
        Vector512<double> values, Vector512<double> weights, Vector512<double> scale, Vector512<double> tau, Vector512<double> factor,
        out uint bits)
        where T : unmanaged
        where TWeighting : struct, IWeighting
    {
        var d = Excess.Of<TWeighting>(Lanes.Scaled<T>(Vector512.Abs(values), scale), weights, tau);
        var inside = Vector512.GreaterThan(d, Vector512<double>.Zero);
        var result = d * factor;
        bits = Lanes.Bits(Vector512.AndNot(inside, Vector512.LessThanOrEqual(result, Vector512.Create(Lanes.Vanishing<T>()))));
        var sign = values & Vector512.Create(-0.0);
        return Vector512.ConditionalSelect(inside, Vector512.ConditionalSelect(Vector512.IsNaN(factor), values, result | sign),
            Vector512<double>.Zero);
    }

    /// <summary>Entries from <paramref name="destination"/> to the next place where eight may be stored past the caches.</summary>
    public static int ToAlignment<T>(T* destination)
        where T : unmanaged
    {
        var bytes = Lanes.Width * sizeof(T);
        var past = (int)((nuint)destination % (nuint)bytes);
        return past == 0 ? 0 : (bytes - past) / sizeof(T);
    }
}
