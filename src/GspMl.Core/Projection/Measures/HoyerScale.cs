namespace GspMl.Projection;

/// <summary>
/// How a vector's length, or its weights, scale its sparsity and its threshold: with β = 1/(√n − 1) the Hoyer sparsity is β(√n −
/// ‖x‖₁/‖x‖₂), and at the multiplier μ the vector is thresholded at μβ (Ohib et al., TMLR 2022, section 3).
/// </summary>
public static class HoyerScale
{
    /// <summary>√n − 1: how far ‖x‖₁/‖x‖₂ can go, from √n for equal magnitudes to 1 for a single one.</summary>
    /// <param name="length">The entries of a vector, n.</param>
    public static double Range(long length) => Math.Sqrt(length) - 1;

    /// <summary>β = 1/(√n − 1); infinity for one entry, for which no sparsity is defined.</summary>
    /// <param name="length">The entries of a vector, n.</param>
    public static double Beta(long length) => 1 / Range(length);

    /// <summary>β = 1/(‖w‖₂ − min w); infinity where no sparsity is defined.</summary>
    /// <param name="weights">The weights of a vector's entries, at least 0; at least one.</param>
    public static double Beta(ReadOnlySpan<double> weights)
    {
        var (squares, least) = (0.0, double.PositiveInfinity);
        foreach (var w in weights) (squares, least) = (squares + w * w, Math.Min(least, w));
        return Beta(Math.Sqrt(squares), least);
    }

    /// <summary>The same from ‖w‖₂ and min w.</summary>
    internal static double Beta(double norm, double least) => 1 / (norm - least);
}
