using System.Numerics.Tensors;

namespace GspMl.Benchmarks.RealModels.Peers;

/// <summary>
/// At most two of four input channels at each kernel position of each filter, as the peers choose them. Layers whose channels four does not
/// divide stay dense.
/// </summary>
internal static class TwoOfFour
{
    private const int Kept = 2;
    private const int Of = 4;
    private const double Damping = 0.01;

    /// <summary>The largest magnitudes; nothing is made up for.</summary>
    public static void Magnitude(float[] weights, LayerSamples samples, double zeros)
    {
        if (Order(samples) is not { } order) return;
        var k = samples.Inputs;
        for (var row = 0; row < weights.Length; row += k)
            for (var first = 0; first < k; first += Of)
                foreach (var j in Smallest(order, first, j => Math.Abs(weights[row + j]))) weights[row + j] = 0;
    }

    /// <summary>
    /// Optimal brain surgeon from left to right with the inputs in such an order that each four follow each other; the two of least w²/R²
    /// go, by the weights as they are then, and the inputs to the right make up for them (Frantar and Alistarh, SparseGPT, ICML 2023).
    /// </summary>
    public static void SparseGptStyle(float[] weights, LayerSamples samples, double zeros)
    {
        if (Order(samples) is not { } order) return;
        var k = samples.Inputs;
        var factor = SparseGpt.InverseFactor(Reordered(SparseGpt.Hessian(samples), order), k);
        Parallel.For(0, weights.Length / k, r =>
        {
            float[] row = [.. order.Select(j => weights[(r * k) + j])];
            Prune(row, factor, k);
            for (var j = 0; j < k; j++) weights[(r * k) + order[j]] = row[j];
        });
    }

    private static void Prune(float[] row, float[] factor, int k)
    {
        var goes = new bool[k];
        int[] straight = [.. Enumerable.Range(0, k)];
        for (var i = 0; i < k; i++)
        {
            if (i % Of == 0) foreach (var j in Smallest(straight, i, j => Math.Abs(row[j] / factor[(j * k) + j]))) goes[j] = true;
            if (!goes[i]) continue;
            var rest = row.AsSpan(i);
            var pivots = factor.AsSpan((i * k) + i, k - i);
            TensorPrimitives.MultiplyAdd(pivots, -rest[0] / pivots[0], rest, rest);
            rest[0] = 0;
        }
    }

    private static List<int> Smallest(int[] order, int first, Func<int, float> worth)
        => order[first..(first + Of)].OrderBy(worth).Take(Of - Kept).ToList();

    /// <summary>
    /// The inputs with each four channels of a kernel position behind each other; null where channels are no multiple of four.
    /// </summary>
    private static int[]? Order(LayerSamples samples)
    {
        var channels = samples.Inputs / samples.KernelSize;
        return channels % Of != 0 ? null : [.. Enumerable.Range(0, samples.Inputs)
            .OrderBy(j => j / samples.KernelSize / Of).ThenBy(j => j % samples.KernelSize).ThenBy(j => j)];
    }

    private static float[] Reordered(float[] hessian, int[] order)
    {
        var (k, reordered) = (order.Length, new float[hessian.Length]);
        for (var i = 0; i < k; i++)
        {
            for (var j = 0; j < k; j++) reordered[(i * k) + j] = hessian[(order[i] * k) + order[j]];
            // An input that never varies from 0 needs no weight.
            if (reordered[(i * k) + i] == 0) reordered[(i * k) + i] = 1;
        }
        return reordered;
    }
}
