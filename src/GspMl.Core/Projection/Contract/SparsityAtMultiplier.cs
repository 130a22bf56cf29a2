namespace GspMl.Projection;

/// <summary>The average sparsity that a given multiplier leads to.</summary>
/// <param name="Sparsity">The average over the vectors counted; 1 when none is.</param>
/// <param name="Derivative">Its derivative by the multiplier, at least 0; the derivative to the right where there is a kink.</param>
/// <param name="Vectors">
/// Vectors counted in the average, zero vectors among them: the weight of this average when groups are combined.
/// </param>
public readonly record struct SparsityAtMultiplier(double Sparsity, double Derivative, long Vectors);
