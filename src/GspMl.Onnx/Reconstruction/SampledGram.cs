using System.Numerics.Tensors;
using GspMl.Onnx.Products;
using GspMl.Threading;

namespace GspMl.Onnx.Reconstruction;

/// <summary>
/// H = Δ + Z·Zᵀ by the samples Z (inputs × samples) where they are fewer than the inputs: a product costs 2 · filters · inputs · samples
/// multiply-adds, the inverse one factorisation of samples × samples by Woodbury's identity (Golub and Van Loan, Matrix Computations,
/// §2.1.4): (Δ + ρI + ZZᵀ)⁻¹ = D − D·Z·(I + ZᵀDZ)⁻¹·Zᵀ·D with D = (Δ + ρI)⁻¹. No matrix of inputs × inputs is ever formed.
/// </summary>
internal sealed class SampledGram : IScaledGram
{
    private readonly MatrixProduct products;
    private readonly int filters;
    private readonly int inputs;
    private readonly int samples;
    private readonly int maxThreads;
    private readonly float[][] z;
    private readonly float[][] rest;
    private readonly Lazy<float[][]> inverses;

    /// <param name="groups">One solver for each group of filters.</param>
    /// <param name="scales">S of each group.</param>
    /// <param name="products">Multiplies.</param>
    /// <param name="maxThreads">The most threads to use; 0 for as many as there are processors.</param>
    public SampledGram(IReadOnlyList<RidgeSolver> groups, double[][] scales, MatrixProduct products, int maxThreads)
    {
        (this.products, this.maxThreads) = (products, maxThreads);
        (filters, inputs) = (groups[0].Problem.Filters, groups[0].Problem.Inputs);
        samples = groups[0].Problem.FewSamples!.Length / inputs;
        z = [.. groups.Select((solver, g) => Scaled(solver.Problem.FewSamples!, scales[g]))];
        // What the ridge adds to the diagonal, in the scaled coordinates.
        rest = [.. groups.Select((solver, g) => scales[g].Select(scale => (float)(solver.Ridge / (scale * scale))).ToArray())];
        inverses = new(() => [.. Enumerable.Range(0, z.Length).Select(Invert)]);
    }

    /// <inheritdoc/>
    public void Multiply(float[] values, float[] product)
    {
        var projections = new float[filters * samples];
        for (var g = 0; g < z.Length; g++)
        {
            var (own, result) = (Block(values, g), Block(product, g));
            products.Multiply(new(1, filters, inputs, samples), own, z[g], projections);
            products.MultiplyTransposed(new(1, filters, samples, inputs), projections, z[g], result);
            var diagonal = rest[g];
            Threads.For(filters, maxThreads, r => TensorPrimitives.MultiplyAdd(Row(own, r), diagonal, Row(result, r), Row(result, r)));
        }
    }

    /// <inheritdoc/>
    public void Precondition(float[] residual, float[] product)
    {
        var (projections, solved, divided) = (new float[filters * samples], new float[filters * samples], new float[filters * inputs]);
        for (var g = 0; g < z.Length; g++)
        {
            var (own, result, divisor) = (Block(residual, g), Block(product, g), Divisor(g));
            Threads.For(filters, maxThreads, r => TensorPrimitives.Divide(Row(own, r), divisor, Row(divided, r)));
            products.Multiply(new(1, filters, inputs, samples), divided, z[g], projections);
            products.Multiply(new(1, filters, samples, samples), projections, inverses.Value[g], solved);
            products.MultiplyTransposed(new(1, filters, samples, inputs), solved, z[g], result);
            Threads.For(filters, maxThreads, r =>
            {
                TensorPrimitives.Subtract(Row(own, r), Row(result, r), Row(result, r));
                TensorPrimitives.Divide(Row(result, r), divisor, Row(result, r));
            });
        }
    }

    private float[] Divisor(int group) => [.. rest[group].Select(own => own + ScaledGrams.Shift)];

    /// <summary>(I + ZᵀDZ)⁻¹.</summary>
    private float[] Invert(int group)
    {
        var (source, divisor) = (z[group], Divisor(group));
        var (turned, weighed) = (new float[source.Length], new float[source.Length]);
        for (var j = 0; j < inputs; j++)
            for (var t = 0; t < samples; t++)
            {
                turned[(t * inputs) + j] = source[(j * samples) + t];
                weighed[(t * inputs) + j] = source[(j * samples) + t] / divisor[j];
            }
        var inner = new float[samples * samples];
        products.MultiplyTransposed(new(1, samples, inputs, samples), turned, weighed, inner);
        for (var t = 0; t < samples; t++) inner[(t * samples) + t] += 1;
        return new SymmetricInverse(products).Of(inner, samples);
    }

    private float[] Scaled(float[] few, double[] scale)
    {
        var scaled = new float[few.Length];
        for (var j = 0; j < inputs; j++)
            TensorPrimitives.Divide(few.AsSpan(j * samples, samples), (float)scale[j], scaled.AsSpan(j * samples, samples));
        return scaled;
    }

    private Memory<float> Block(float[] matrix, int group) => matrix.AsMemory(group * filters * inputs, filters * inputs);

    private Span<float> Row(Memory<float> block, int filter) => block.Span.Slice(filter * inputs, inputs);
}
