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

    /// <summary>The sums of contiguous entries, eight at a time.</summary>
    public static unsafe ThresholdSums Of<T, TWeighting>(in Entries<T> x, double tau)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TWeighting : struct, IWeighting
    {
        if (x.Length < Lanes.Width) return Scalar<T, TWeighting>(x, tau);
        var (even, odd) = (new LaneSums<TWeighting>(), new LaneSums<TWeighting>());
        var (taus, scale, weightScale) = (Vector512.Create(tau), Vector512.Create(x.Scale), Vector512.Create(x.WeightScale));
        var c = x.Values;
        var w = x.Weights;
        var (n, j) = (x.Length, 0);
        for (; j <= n - 2 * Lanes.Width; j += 2 * Lanes.Width)
        {
            even.Add(Vector512.Abs(Lanes.Load(c + j)) * scale, TWeighting.Weighted ? Lanes.Load(w + j) * weightScale : default, taus);
            odd.Add(Vector512.Abs(Lanes.Load(c + j + Lanes.Width)) * scale, TWeighting.Weighted ? Lanes.Load(w + j + Lanes.Width) * weightScale : default, taus);
        }
        for (; j < n; j += Lanes.Width)
        {
            var left = Math.Min(Lanes.Width, n - j);
            var values = left == Lanes.Width ? Lanes.Load(c + j) : Lanes.LoadPart(c + j, left);
            var weights = !TWeighting.Weighted ? default : left == Lanes.Width ? Lanes.Load(w + j) : Lanes.LoadPart(w + j, left);
            even.Add(Vector512.Abs(values) * scale, weights * weightScale, taus);
        }
        return even.Sum() + odd.Sum();
    }
}

/// <summary>Eight sums side by side: of eight entries of one vector, or of an entry of eight vectors.</summary>
internal struct LaneSums<TWeighting>
    where TWeighting : struct, IWeighting
{
    public Vector512<double> P;
    public Vector512<double> Q;
    public Vector512<double> W;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(Vector512<double> magnitudes, Vector512<double> weights, Vector512<double> tau)
    {
        var d = Excess.Of<TWeighting>(magnitudes, weights, tau);
        var inside = Vector512.GreaterThan(d, Vector512<double>.Zero);
        d &= inside;
        P = TWeighting.Weighted ? Vector512.FusedMultiplyAdd(weights, d, P) : P + d;
        Q = Vector512.FusedMultiplyAdd(d, d, Q);
        W += (TWeighting.Counts ? Vector512<double>.One : weights * weights) & inside;
    }

    public readonly ThresholdSums Sum() => new(Vector512.Sum(P), Vector512.Sum(Q), Vector512.Sum(W));
}
