using System.Numerics.Tensors;
using GspMl.Onnx.Products;

namespace GspMl.Onnx.Reconstruction;

/// <summary>Samples z = (x, y, 1) that are fewer than the inputs, kept as they are. Memory: samples · entries floats.</summary>
/// <param name="products">Multiplies.</param>
internal sealed class SampleCollection(MatrixProduct products) : ISampleMoments
{
    private readonly List<(float[] Values, int Count)> batches = [];

    /// <inheritdoc/>
    public void Add(ReadOnlySpan<float> transposed, int count) => batches.Add((transposed.ToArray(), count));

    /// <inheritdoc/>
    public LeastSquaresProblem Problem(int inputs, int filters, bool centred)
    {
        var count = batches.Sum(batch => batch.Count);
        var ones = Entry(inputs + filters, count);
        var weight = TensorPrimitives.SumOfSquares<float>(ones);
        var (means, rows) = (new double[inputs + filters], new float[inputs + filters][]);
        for (var i = 0; i < rows.Length; i++)
        {
            rows[i] = Entry(i, count);
            means[i] = weight > 0 ? TensorPrimitives.Dot<float>(rows[i], ones) / weight : 0;
            if (centred) TensorPrimitives.MultiplyAdd(ones, (float)-means[i], rows[i], rows[i]);
            TensorPrimitives.Divide(rows[i], MathF.Sqrt(Math.Max(weight, float.Epsilon)), rows[i]);
        }
        return new([.. rows[..inputs].SelectMany(row => row)], [.. rows[inputs..].SelectMany(row => row)], means[..inputs], means[inputs..],
            centred, products);
    }

    /// <summary>One entry of all samples.</summary>
    private float[] Entry(int entry, int count)
    {
        var (row, at) = (new float[count], 0);
        foreach (var (values, length) in batches)
        {
            values.AsSpan(entry * length, length).CopyTo(row.AsSpan(at));
            at += length;
        }
        return row;
    }
}

/// <summary>What is kept of samples z = (x, y, 1) that come in batches, each multiplied by the root of its weight.</summary>
internal interface ISampleMoments
{
    /// <summary>Adds samples, given transposed: entry i of sample t is <paramref name="transposed"/>[i·count + t].</summary>
    void Add(ReadOnlySpan<float> transposed, int count);

    /// <summary>The problem of fitting y by x.</summary>
    /// <param name="inputs">Entries of x.</param>
    /// <param name="filters">Entries of y.</param>
    /// <param name="centred">Whether a bias takes up the means.</param>
    LeastSquaresProblem Problem(int inputs, int filters, bool centred);
}
