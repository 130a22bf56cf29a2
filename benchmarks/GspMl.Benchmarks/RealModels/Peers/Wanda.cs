using System.Numerics.Tensors;

namespace GspMl.Benchmarks.RealModels.Peers;

/// <summary>|w|·‖x‖, compared within each filter; the weights that stay are as they were (Sun et al., ICLR 2024).</summary>
internal static class Wanda
{
    public static void Prune(float[] weights, LayerSamples samples, double zeros)
    {
        var (k, squares) = (samples.Inputs, new double[samples.Inputs]);
        foreach (var (values, count) in samples.Blocks())
            for (var i = 0; i < k; i++) squares[i] += TensorPrimitives.SumOfSquares(values.AsSpan(i * count, count));
        float[] norms = [.. squares.Select(square => (float)Math.Sqrt(square))];
        for (var first = 0; first < weights.Length; first += k)
        {
            var row = weights.AsSpan(first, k);
            var scores = new float[k];
            for (var i = 0; i < k; i++) scores[i] = Math.Abs(row[i]) * norms[i];
            var order = Enumerable.Range(0, k).ToArray();
            Array.Sort(scores, order);
            foreach (var i in order.AsSpan(0, (int)Math.Round(zeros * k))) row[i] = 0;
        }
    }
}
