using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GspMl.Projection.Kernels;

/// <summary>
/// What one vector contributes at a threshold τ, with d = (|c| − τw)₊: all that the sparsity and its derivative need. Sums of d rather than
/// of |c| lose no digits when τ comes near the largest entry.
/// </summary>
/// <param name="P">Σ w d, the weighted ℓ1 norm of d.</param>
/// <param name="Q">Σ d², its squared ℓ2 norm.</param>
/// <param name="W">Σ w² over the support, or the size of the support (the same for plain sparsity).</param>
internal readonly record struct ThresholdSums(double P, double Q, double W)
{
    /// <summary>Of fewer weighted entries calling a sweep takes longer than it gains.</summary>
    private static int LeastSwept => Registers512<double>.AreThere ? 64 : 0;

    public static ThresholdSums operator +(ThresholdSums a, ThresholdSums b) => new(a.P + b.P, a.Q + b.Q, a.W + b.W);

    /// <summary>
    /// The same entries at a threshold that is lower by <paramref name="delta"/> ≥ 0: d + delta·w for each. Every term is positive.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ThresholdSums Lowered(double delta) => new(P + delta * W, Q + delta * (2 * P + delta * W), W);

    /// <summary>The specification: entry by entry.</summary>
    public static ThresholdSums Scalar<T, TWeighting>(in Entries<T> x, double tau)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TWeighting : struct, IWeighting
    {
        double p = 0, q = 0, w = 0;
        for (var j = 0; j < x.Length; j++)
        {
            var d = x.Excess(j, tau);
            if (d <= 0) continue;
            p += x.Weight(j) * d;
            q += d * d;
            w += TWeighting.Counts ? 1 : x.Weight(j) * x.Weight(j);
        }
        return new(p, q, w);
    }

    private static unsafe ThresholdSums Doubles(double* c, int n, double tau)
    {
        var none = 0;
        return PlainSweep.Over<double, KeepsNone>(c, n, tau, tau, null, ref none, out _);
    }

    private static unsafe ThresholdSums WeightedDoubles<T, TWeighting>(in Entries<T> x, double tau)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TWeighting : struct, IWeighting
    {
        var none = 0;
        var sums = WeightedSweep.Over<double, KeepsNone>(
            new((double*)x.Values, (double*)x.Weights, x.Length, 1, 1), tau, tau, null, null, ref none, out var support, out _);
        return TWeighting.Counts ? sums with { W = support } : sums;
    }

    /// <summary>
    /// The sums of a few plain entries that fill registers of eight, where calling another method would take as long as they do.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe ThresholdSums OfFew<T>(in Entries<T> x, double tau)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (taus, scale) = (Vector512.Create(tau), Vector512.Create(x.Scale));
        var (p, q, support) = (Vector512<double>.Zero, Vector512<double>.Zero, 0);
        for (var j = 0; j < x.Length; j += Lanes.Width)
        {
            var magnitudes = Lanes.Magnitudes(x.Values + j, scale);
            var d = Vector512.ConditionalSelect(Vector512.GreaterThan(magnitudes, taus), magnitudes - taus, Vector512<double>.Zero);
            p += d;
            q = Vector512.FusedMultiplyAdd(d, d, q);
            support += BitOperations.PopCount(Lanes.Bits(Vector512.GreaterThan(magnitudes, taus)));
        }
        var (sumP, sumQ) = Lanes.SumBoth(p, q);
        return new(sumP, sumQ, support);
    }

    /// <summary>The sums of contiguous entries, eight at a time.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static unsafe ThresholdSums Of<T, TWeighting>(in Entries<T> x, double tau)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TWeighting : struct, IWeighting
    {
        if (x.Length < Lanes.Width) return Scalar<T, TWeighting>(x, tau);
        if (typeof(TWeighting) == typeof(Plain) && typeof(T) == typeof(double) && x.Scale == 1 && PlainSweep.IsFast)
            return Doubles((double*)x.Values, x.Length, tau);
        if (TWeighting.Weighted && x.Length >= LeastSwept && WeightedSweep.Holds(x)) return WeightedDoubles<T, TWeighting>(x, tau);
        var (taus, scale, weightScale) = (Vector512.Create(tau), Vector512.Create(x.Scale), Vector512.Create(x.WeightScale));
        var c = x.Values;
        var w = x.Weights;
        var (n, j) = (x.Length, 0);
        // Two sets of sums, so that an addition need not wait for the one before it.
        Vector512<double> p0 = default, q0 = default, w0 = default, p1 = default, q1 = default, w1 = default;
        for (; j <= n - 2 * Lanes.Width; j += 2 * Lanes.Width)
        {
            LaneSums<TWeighting>.Add(Lanes.Magnitudes(c + j, scale), TWeighting.Weighted ? Lanes.Weights(w + j, weightScale) : default,
            taus,
                ref p0, ref q0, ref w0);
            var next = j + Lanes.Width;
            LaneSums<TWeighting>.Add(Lanes.Magnitudes(c + next, scale),
            TWeighting.Weighted ? Lanes.Weights(w + next, weightScale) : default,
                taus, ref p1, ref q1, ref w1);
        }
        if (j <= n - Lanes.Width)
        {
            LaneSums<TWeighting>.Add(Lanes.Magnitudes(c + j, scale), TWeighting.Weighted ? Lanes.Weights(w + j, weightScale) : default,
            taus,
                ref p0, ref q0, ref w0);
            j += Lanes.Width;
        }
        var (sumP, sumQ) = Lanes.SumBoth(p0 + p1, q0 + q1);
        var sums = new ThresholdSums(sumP, sumQ, Vector512.Sum(w0 + w1));
        return j == n ? sums : sums + Scalar<T, TWeighting>(x.From(j), tau);
    }
}

/// <summary>
/// Eight sums side by side: of eight entries of one vector, or of an entry of eight vectors. Three variables rather than a structure of
/// three, which would be kept in memory instead of registers.
/// </summary>
internal static class LaneSums<TWeighting>
    where TWeighting : struct, IWeighting
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(
        Vector512<double> magnitudes, Vector512<double> weights, Vector512<double> tau, ref Vector512<double> p, ref Vector512<double> q,
        ref Vector512<double> w)
    {
        var excess = Excess.Of<TWeighting>(magnitudes, weights, tau);
        var d = Vector512.MaxNative(excess, Vector512<double>.Zero);
        p = TWeighting.Weighted ? Vector512.FusedMultiplyAdd(weights, d, p) : p + d;
        q = Vector512.FusedMultiplyAdd(d, d, q);
        var more = TWeighting.Counts ? w + Vector512<double>.One : Vector512.FusedMultiplyAdd(weights, weights, w);
        w = Vector512.ConditionalSelect(Vector512.GreaterThan(excess, Vector512<double>.Zero), more, w);
    }
}
