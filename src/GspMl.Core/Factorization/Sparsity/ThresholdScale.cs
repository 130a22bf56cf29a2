using GspMl.Projection;

namespace GspMl.Factorization;

/// <summary>What turns a multiplier of the sparsity constraint on a column into a threshold for unit weights.</summary>
internal static class ThresholdScale
{
    /// <summary>β; 0 where no sparsity is defined, since nothing is thresholded there.</summary>
    public static double Of(ReadOnlySpan<double> weights, int length) =>
        length < 2 ? 0 : weights.IsEmpty ? HoyerScale.Beta(length) : HoyerScale.Beta(weights);
}
