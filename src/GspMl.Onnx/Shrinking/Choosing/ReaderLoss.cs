using System.Numerics.Tensors;
using GspMl.Onnx.Reconstruction;
using GspMl.Threading;

namespace GspMl.Onnx.Shrinking.Choosing;

/// <summary>
/// What a layer loses when blocks of its inputs are taken out one after the other, and the inputs that are left make up for each: the
/// squared error rises by Σ_r g_r²·w_rJᵀ·([H⁻¹]_JJ)⁻¹·w_rJ, whereupon H⁻¹ and W are those of the smaller problem (optimal brain surgeon,
/// Hassibi and Stork 1993, in blocks as in ZipLM, Kurtić et al. 2023). O(n³ + filters·n²) for all n inputs.
/// </summary>
internal sealed class ReaderLoss
{
    private readonly int n;
    private readonly int maxThreads;
    private readonly double[] inverse;
    private readonly double[][] weights;
    private readonly IReadOnlyDictionary<int, int[]> blocks;

    /// <param name="fit">The layer, dense; it has one group of filters.</param>
    /// <param name="blocks">The inputs of each channel: kernel positions, or features.</param>
    public ReaderLoss(LayerFit fit, IReadOnlyDictionary<int, int[]> blocks)
    {
        (n, maxThreads, this.blocks) = (fit.Inputs, fit.MaxThreads, blocks);
        var solver = fit.Groups[0];
        inverse = Product(solver.InverseFactor(), n, maxThreads);
        weights =
            [.. Enumerable.Range(0, fit.FiltersPerGroup).Select(r => solver.Original(r).ToArray().Select(w => w * fit.Gain(r)).ToArray())];
    }

    /// <summary>The rise of the error if the channel went next.</summary>
    public double Of(int channel)
    {
        if (!blocks.TryGetValue(channel, out var block)) return 0;
        var (factor, loss, part) = (Factor(block), 0.0, new double[block.Length]);
        foreach (var filter in weights)
        {
            var own = Part(filter, block);
            own.CopyTo(part, 0);
            CholeskyFactor.Solve(factor, block.Length, part);
            loss += DotTile.Dot(own, part);
        }
        return loss;
    }

    /// <summary>Takes a channel out.</summary>
    public void Remove(int channel)
    {
        if (!blocks.TryGetValue(channel, out var block)) return;
        var (factor, k) = (Factor(block), block.Length);
        double[][] rows = [.. block.Select(j => inverse.AsSpan(j * n, n).ToArray())];
        Threads.For(n, maxThreads, i => Eliminate(inverse.AsSpan(i * n, n)));
        Threads.For(weights.Length, maxThreads, r => Eliminate(weights[r]));

        void Eliminate(Span<double> row)
        {
            var part = Part(row, block);
            CholeskyFactor.Solve(factor, k, part);
            for (var a = 0; a < k; a++) TensorPrimitives.MultiplyAdd(rows[a], -part[a], row, row);
        }
    }

    private static double[] Part(ReadOnlySpan<double> row, int[] block)
    {
        var part = new double[block.Length];
        for (var i = 0; i < part.Length; i++) part[i] = row[block[i]];
        return part;
    }

    /// <summary>
    /// The Cholesky factor of [H⁻¹]_JJ; what rounding took from a block that the others nearly determine is given back. The lift ends at a
    /// million times the block's largest diagonal entry, 19 rounds on: beyond k times it, every row is dominated by its diagonal.
    /// </summary>
    private double[] Factor(int[] block)
    {
        var k = block.Length;
        var factor = new double[k * k];
        for (var lift = 0.0; ; lift = Math.Max(1e-12, lift * 10))
        {
            var largest = block.Max(j => inverse[(j * n) + j]);
            for (var i = 0; i < k; i++)
                for (var j = 0; j < k; j++)
                    factor[(i * k) + j] = inverse[(block[i] * n) + block[j]] + (i == j ? lift * Math.Max(largest, double.Epsilon) : 0);
            if (CholeskyFactor.Factor(factor, k)) return factor;
            if (lift > 1e6) throw new InvalidOperationException("The inverse of a Gram matrix is not positive.");
        }
    }

    /// <summary>U·Uᵀ of an upper triangular U.</summary>
    private static double[] Product(double[] upper, int n, int maxThreads)
    {
        var product = new double[n * n];
        Threads.For(n, maxThreads, i =>
        {
            for (var j = 0; j <= i; j++)
            {
                var value = DotTile.Dot(upper.AsSpan((i * n) + i, n - i), upper.AsSpan((j * n) + i, n - i));
                product[(i * n) + j] = value;
                product[(j * n) + i] = value;
            }
        });
        return product;
    }
}
