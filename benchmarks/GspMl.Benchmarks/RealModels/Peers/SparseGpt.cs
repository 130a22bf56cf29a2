using System.Numerics.Tensors;
using GspMl.Onnx.Reconstruction;

namespace GspMl.Benchmarks.RealModels.Peers;

/// <summary>
/// Blocked optimal brain surgeon with weight updates (Frantar and Alistarh, SparseGPT, ICML 2023): inputs from left to right, masks chosen
/// for 128 of them at a time over all filters, errors made up for by the inputs to the right. H = X·Xᵀ, damped by 1 % of its mean diagonal;
/// R is the upper Cholesky factor of H⁻¹.
/// </summary>
internal static class SparseGpt
{
    private const int Block = 128;
    private const double Damping = 0.01;

    public static void Prune(float[] weights, LayerSamples samples, double zeros)
    {
        var k = samples.Inputs;
        var hessian = Hessian(samples);
        for (var i = 0; i < k; i++)
            if (hessian[(i * k) + i] == 0) Kill(weights, hessian, i, k); // an input that never varies from 0 needs no weight
        var factor = InverseFactor(hessian, k);
        for (var start = 0; start < k; start += Block)
            PruneBlock(weights, factor, k, (start, Math.Min(k, start + Block)), zeros, samples.Products);
    }

    private static void Kill(float[] weights, float[] hessian, int input, int k)
    {
        hessian[(input * k) + input] = 1;
        for (var at = input; at < weights.Length; at += k) weights[at] = 0;
    }

    /// <summary>X·Xᵀ.</summary>
    public static float[] Hessian(LayerSamples samples)
    {
        var sum = new float[samples.Inputs * samples.Inputs];
        foreach (var (values, count) in samples.Blocks())
            TensorPrimitives.Add(sum, samples.Products.Gram(values, samples.Inputs, count), sum);
        return sum;
    }

    /// <summary>
    /// With H = U·Uᵀ, U upper triangular (Cholesky's factor of H turned upside down), H⁻¹ = U⁻ᵀ·U⁻¹: the wanted factor is U⁻¹.
    /// </summary>
    public static float[] InverseFactor(float[] hessian, int k)
    {
        var damping = 0.0;
        for (var i = 0; i < k; i++) damping += Damping * hessian[(i * k) + i] / k;
        var turned = new double[k * k];
        for (var tries = 0; ; tries++)
        {
            for (var i = 0; i < k; i++)
                for (var j = 0; j < k; j++) turned[((k - 1 - i) * k) + k - 1 - j] = hessian[(i * k) + j] + (i == j ? damping : 0);
            if (CholeskyFactor.Factor(turned, k)) break;
            if (tries == 5) throw new InvalidOperationException("The inputs' products are not positive definite.");
            damping *= 10;
        }
        var inverse = new double[k * k];
        CholeskyFactor.InverseTransposed(turned, k, inverse); // row j holds column j of L⁻¹
        var factor = new float[k * k];
        for (var i = 0; i < k; i++)
            for (var j = i; j < k; j++) factor[(i * k) + j] = (float)inverse[((k - 1 - j) * k) + k - 1 - i];
        return factor;
    }

    private static void PruneBlock(float[] weights, float[] factor, int k, (int Start, int End) block, double zeros,
        Products products)
    {
        var (filters, width) = (weights.Length / k, block.End - block.Start);
        var mask = Mask(weights, factor, k, block, zeros);
        var errors = new float[filters * width];
        Parallel.For(0, filters, r =>
        {
            for (var i = 0; i < width; i++)
            {
                if (!mask[(r * width) + i]) continue;
                var rest = weights.AsSpan((r * k) + block.Start + i, width - i);
                var pivots = factor.AsSpan(((block.Start + i) * k) + block.Start + i, width - i);
                var error = errors[(r * width) + i] = rest[0] / pivots[0];
                TensorPrimitives.MultiplyAdd(pivots, -error, rest, rest);
                rest[0] = 0;
            }
        });
        products.Subtract(weights, errors, factor, k, block);
    }

    /// <summary>The least w²/R² of the block, over all filters.</summary>
    private static bool[] Mask(float[] weights, float[] factor, int k, (int Start, int End) block, double zeros)
    {
        var (filters, width) = (weights.Length / k, block.End - block.Start);
        var costs = new float[filters * width];
        for (var r = 0; r < filters; r++)
            for (var i = 0; i < width; i++)
                costs[(r * width) + i] = Math.Abs(weights[(r * k) + block.Start + i] / factor[((block.Start + i) * k) + block.Start + i]);
        var order = Enumerable.Range(0, costs.Length).ToArray();
        Array.Sort(costs, order);
        var mask = new bool[costs.Length];
        foreach (var at in order.AsSpan(0, (int)Math.Round(zeros * costs.Length))) mask[at] = true;
        return mask;
    }
}
