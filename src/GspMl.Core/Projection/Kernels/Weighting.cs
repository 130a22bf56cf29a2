using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GspMl.Projection.Kernels;

/// <summary>
/// What the sums of a threshold weigh with; a type parameter of the kernels, so that plain sparsity pays nothing for weights.
/// </summary>
internal interface IWeighting
{
    /// <summary>Whether there are weights other than 1.</summary>
    static abstract bool Weighted { get; }

    /// <summary>Whether the third sum counts the support instead of adding the squared weights.</summary>
    static abstract bool Counts { get; }
}

/// <summary>All weights are 1.</summary>
internal readonly struct Plain : IWeighting
{
    public static bool Weighted => false;

    public static bool Counts => true;
}

/// <summary>Weights of their own; Σw² for the derivative of the Hoyer sparsity.</summary>
internal readonly struct Weighted : IWeighting
{
    static bool IWeighting.Weighted => true;

    public static bool Counts => false;
}

/// <summary>Weights of their own; the support is counted, for a fraction of zeros.</summary>
internal readonly struct WeightedCount : IWeighting
{
    static bool IWeighting.Weighted => true;

    public static bool Counts => true;
}

/// <summary>
/// A vector's entries |c|·scale and weights w·weightScale, both scaled by powers of two so that their squares stay in range.
/// </summary>
internal readonly unsafe struct Entries<T>(T* values, T* weights, int length, double scale, double weightScale)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public readonly T* Values = values;
    public readonly T* Weights = weights;
    public readonly int Length = length;
    public readonly double Scale = scale;
    public readonly double WeightScale = weightScale;

    /// <summary>The entries from the <paramref name="start"/>th on.</summary>
    public Entries<T> From(int start) => new(Values + start, Weights == null ? null : Weights + start, Length - start, Scale, WeightScale);

    public Entries<T> Unweighted() => new(Values, null, Length, Scale, WeightScale);

    public double Magnitude(int j) => Math.Abs(double.CreateTruncating(Values[j])) * Scale;

    public double Weight(int j) => Weights == null ? 1 : double.CreateTruncating(Weights[j]) * WeightScale;

    /// <summary>|c|·scale − τ·w, rounded once, so that its sign is exact.</summary>
    public double Excess(int j, double tau) => Weights == null ? Magnitude(j) - tau : Math.FusedMultiplyAdd(-tau, Weight(j), Magnitude(j));
}

/// <summary>The step that all kernels share: eight magnitudes over their thresholds.</summary>
internal static class Excess
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Of<TWeighting>(Vector512<double> magnitudes, Vector512<double> weights, Vector512<double> tau)
        where TWeighting : struct, IWeighting =>
        TWeighting.Weighted ? Vector512.FusedMultiplyAdd(-tau, weights, magnitudes) : magnitudes - tau;
}
