using GspMl.Onnx.Products;
using GspMl.Onnx.Reconstruction;

namespace GspMl.Onnx.Tests.Reconstruction;

public class GramAccumulatorTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 10)]
    [InlineData(4, 256)]
    [InlineData(7, 257)]
    [InlineData(33, 600)]
    [InlineData(130, 70)]
    public void The_matrix_is_the_sum_of_outer_products(int size, int count)
    {
        var z = Samples.Gaussian(size * count, 3).Select(v => (float)v).ToArray();
        var gram = new GramAccumulator(size);
        gram.Add(z, count);
        for (var i = 0; i < size; i++)
            for (var j = 0; j < size; j++)
                Assert.Equal(Enumerable.Range(0, count).Sum(t => (double)z[(i * count) + t] * z[(j * count) + t]),
                    gram.Matrix[(i * size) + j], 1e-9 * count);
    }

    [Theory]
    [InlineData(512, 100)]
    [InlineData(520, 1300)]
    public void Large_matrices_are_those_sums_too(int size, int count)
    {
        using var products = new MatrixProduct(0);
        var z = Samples.Gaussian(size * count, 3).Select(v => (float)v).ToArray();
        var (large, exact) = (new GramAccumulator(size, products), new GramAccumulator(size));
        large.Add(z, count);
        exact.Add(z, count);
        for (var i = 0; i < size * size; i++) Assert.Equal(exact.Matrix[i], large.Matrix[i], 1e-5 * count);
    }

    [Fact]
    public void Batches_add_up_to_the_whole()
    {
        var z = Samples.Gaussian(5 * 40, 4).Select(v => (float)v).ToArray();
        var (whole, parts) = (new GramAccumulator(5), new GramAccumulator(5));
        whole.Add(z, 40);
        foreach (var start in new[] { 0, 25 })
        {
            var count = start == 0 ? 25 : 15;
            parts.Add([.. Enumerable.Range(0, 5).SelectMany(i => z.Skip((i * 40) + start).Take(count))], count);
        }
        Assert.Equal(40, parts.Count);
        for (var i = 0; i < 25; i++) Assert.Equal(whole.Matrix[i], parts.Matrix[i], 1e-10);
    }

    [Fact]
    public void Samples_of_another_size_are_refused()
        => Assert.Throws<ArgumentException>(() => new GramAccumulator(3).Add(new float[7], 2));
}
