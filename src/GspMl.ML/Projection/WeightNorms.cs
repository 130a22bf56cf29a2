using System.Numerics.Tensors;

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
        var span = weights.Length < 2 ? 0 : L2(weights) - TensorPrimitives.Min(weights);
        return span > 0 ? 1 / span : 0;
    }
}
