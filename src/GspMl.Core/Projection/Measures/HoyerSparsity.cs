using System.Numerics;

namespace GspMl.Projection;

/// <summary>
/// Hoyer's measure of sparsity and its weighted form: (‖w‖₂ − wᵀ|x|/‖x‖₂)/(‖w‖₂ − min w), in [0,1] (Hoyer, JMLR 2004, section 3.1, where
/// all weights are 1; weighted: Ohib et al., TMLR 2022, section 3).
/// </summary>
public static class HoyerSparsity
{
    /// <summary>(√n − ‖x‖₁/‖x‖₂)/(√n − 1): 0 when all magnitudes are equal, 1 when one entry is not zero.</summary>
    /// <param name="vector">Finite numbers of any scale.</param>
    /// <returns>
    /// In [0,1]; 1 for a zero vector of two entries or more, NaN for a vector of length 0 or 1, for which nothing is defined.
    /// </returns>
    public static double Of<T>(ReadOnlySpan<T> vector)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Of(vector, []);

    /// <summary>The weighted sparsity: 1 when the one entry that is not zero has the smallest weight.</summary>
    /// <param name="vector">Finite numbers of any scale.</param>
    /// <param name="weights">As many weights, at least 0 and not all 0; none for the plain form.</param>
    /// <returns>In [0,1]; 1 for a zero vector of two entries or more, NaN for a vector of length 0 or 1.</returns>
    /// <exception cref="ArgumentException">The lengths differ, a weight is negative, NaN or infinite, or all weights are 0.</exception>
    public static double Of<T>(ReadOnlySpan<T> vector, ReadOnlySpan<T> weights)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (weights.Length != 0 && weights.Length != vector.Length)
            throw new ArgumentException($"{vector.Length} entries have {weights.Length} weights.", nameof(weights));
        for (var j = 0; j < weights.Length; j++)
            if (!(weights[j] >= T.Zero && T.IsFinite(weights[j])))
                throw new ArgumentException($"Weight {j} is {weights[j]}; weights must be finite and at least 0.", nameof(weights));
        if (vector.Length < 2) return double.NaN;

        var scale = PowerOfTwo.ToScale(Largest(vector));
        if (double.IsPositiveInfinity(scale)) return 1;
        var weightScale = weights.IsEmpty ? 1 : PowerOfTwo.ToScale(Largest(weights));
        if (double.IsPositiveInfinity(weightScale)) throw new ArgumentException("All weights are 0.", nameof(weights));

        double weighted = 0, squares = 0, weightSquares = 0, least = double.PositiveInfinity;
        for (var j = 0; j < vector.Length; j++)
        {
            var magnitude = Math.Abs(double.CreateTruncating(vector[j])) * scale;
            var weight = weights.IsEmpty ? 1 : double.CreateTruncating(weights[j]) * weightScale;
            weighted += weight * magnitude;
            squares += magnitude * magnitude;
            weightSquares += weight * weight;
            least = Math.Min(least, weight);
        }
        var norm = Math.Sqrt(weightSquares);
        return Math.Clamp((norm - weighted / Math.Sqrt(squares)) / (norm - least), 0, 1);
    }

    private static double Largest<T>(ReadOnlySpan<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var largest = T.Zero;
        foreach (var value in values) largest = T.Max(largest, T.Abs(value));
        return double.CreateTruncating(largest);
    }
}
