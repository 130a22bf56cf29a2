using GspMl.Onnx.Products;
using GspMl.Threading;

namespace GspMl.Onnx.Reconstruction;

/// <summary>
/// The matrix itself: inputs² floats a group, and as many for the inverse. A product costs filters · inputs² multiply-adds, the
/// factorisation about ⅔·inputs³ for each group.
/// </summary>
internal sealed class FullGram : IScaledGram
{
    private readonly MatrixProduct products;
    private readonly ProductSize size;
    private readonly float[] gram;
    private readonly Lazy<float[]> inverse;

    /// <param name="groups">One solver for each group of filters.</param>
    /// <param name="scales">S of each group.</param>
    /// <param name="products">Multiplies.</param>
    /// <param name="maxThreads">The most threads to use; 0 for as many as there are processors.</param>
    public FullGram(IReadOnlyList<RidgeSolver> groups, double[][] scales, MatrixProduct products, int maxThreads)
    {
        this.products = products;
        var (filters, n) = (groups[0].Problem.Filters, groups[0].Problem.Inputs);
        size = new(groups.Count, filters, n, n);
        gram = new float[(long)groups.Count * n * n];
        for (var g = 0; g < groups.Count; g++)
        {
            var (scale, first, problem) = (scales[g], g * n, groups[g].Problem);
            Threads.For(n, maxThreads, i => Fill(problem.Gram.Slice(i * n, n), scale, i, gram.AsSpan((first + i) * n, n)));
        }
        inverse = new(Invert);
    }

    /// <inheritdoc/>
    public void Multiply(float[] values, float[] product) => products.Multiply(size, values, gram, product);

    /// <inheritdoc/>
    public void Precondition(float[] residual, float[] product) => products.Multiply(size, residual, inverse.Value, product);

    private static void Fill(ReadOnlySpan<double> source, double[] scale, int i, Span<float> row)
    {
        for (var j = 0; j < row.Length; j++) row[j] = (float)(source[j] / (scale[i] * scale[j]));
        row[i] = 1;
    }

    private float[] Invert()
    {
        var n = size.Inner;
        var inverses = size.Groups == 1 ? Invert(0) : [.. Enumerable.Range(0, size.Groups).SelectMany(Invert)];
        LargeMemory.Release(n);
        return inverses;
    }

    private float[] Invert(int group)
    {
        var n = size.Inner;
        var shifted = gram.AsSpan(group * n * n, n * n).ToArray();
        for (var i = 0; i < n; i++) shifted[(i * n) + i] += ScaledGrams.Shift;
        return new SymmetricInverse(products).Of(shifted, n);
    }
}
