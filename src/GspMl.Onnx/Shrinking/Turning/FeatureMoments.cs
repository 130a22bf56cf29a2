using GspMl.Onnx.Tensors;
using GspMl.Threading;
using MathNet.Numerics.LinearAlgebra;

namespace GspMl.Onnx.Shrinking.Turning;

/// <summary>Sums of the features of heads over positions, and of their products.</summary>
/// <param name="filters">Outputs of the layer, the last axis of what is added.</param>
/// <param name="heads">Which of them are the features of each head.</param>
/// <param name="maxThreads">The most threads to use; 0 for as many as there are processors.</param>
internal sealed class FeatureMoments(int filters, IReadOnlyList<int[]> heads, int maxThreads)
{
    private readonly double[][] sums = [.. heads.Select(head => new double[head.Length])];
    private readonly double[][,] products = [.. heads.Select(head => new double[head.Length, head.Length])];
    private long positions;

    /// <summary>Adds a batch. O(positions · filters · features).</summary>
    public void Add(FloatTensor outputs)
    {
        var count = outputs.Values.Length / filters;
        positions += count;
        Threads.For(heads.Count, maxThreads, head =>
        {
            var values = new double[heads[head].Length];
            for (var position = 0; position < count; position++)
            {
                for (var p = 0; p < values.Length; p++) values[p] = outputs.Values[(position * filters) + heads[head][p]];
                Add(sums[head], products[head], values);
            }
        });
    }

    private static void Add(double[] sum, double[,] product, double[] values)
    {
        for (var a = 0; a < values.Length; a++)
        {
            sum[a] += values[a];
            for (var b = 0; b < values.Length; b++) product[a, b] += values[a] * values[b];
        }
    }

    /// <summary>The second moments of each head's features.</summary>
    public IEnumerable<Matrix<double>> Second() => products.Select(product => Matrix<double>.Build.DenseOfArray(product) / positions);

    /// <summary>The same about their means.</summary>
    public IEnumerable<Matrix<double>> Centred() => Second().Zip(sums, (second, sum) =>
    {
        var mean = Vector<double>.Build.DenseOfArray(sum) / positions;
        return second - mean.OuterProduct(mean);
    });
}
