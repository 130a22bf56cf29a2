using System.Numerics.Tensors;
using GspMl.Projection;

namespace GspMl.ML;

/// <summary>The norms of weights that the sparsity is made of.</summary>
internal static class WeightNorms
{
    public static double[] OrOnes(IReadOnlyList<float> weights, int size) =>
        weights.Count > 0 ? [.. weights.Select(w => (double)w)] : [.. Enumerable.Repeat(1.0, size)];

    public static double L2(ReadOnlySpan<double> weights) => Math.Sqrt(TensorPrimitives.SumOfSquares(weights));

    /// <summary>β = 1/(‖w‖₂ − min w); 0 where no sparsity is defined.</summary>
    public static double Beta(ReadOnlySpan<double> weights)
    {
        var beta = HoyerScale.Beta(weights);
        return double.IsFinite(beta) && weights.Length > 1 ? beta : 0;
    }
}
