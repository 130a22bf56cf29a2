using GspMl.Onnx.Products;
using GspMl.Onnx.Reconstruction;

namespace GspMl.Onnx.Tests.Reconstruction;

public sealed class SymmetricInverseTests : IDisposable
{
    private readonly MatrixProduct products = new(0);

    public void Dispose() => products.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(192)]
    [InlineData(193)]
    [InlineData(500)]
    [InlineData(771)]
    public void The_inverse_times_the_matrix_is_the_identity(int n)
    {
        var root = Samples.Gaussian(n * n, n).Select(value => (float)value).ToArray();
        var matrix = new float[n * n];
        products.MultiplyTransposed(new(1, n, n, n), root, root, matrix);
        for (var i = 0; i < n; i++) matrix[i * (n + 1)] += n;
        var identity = new float[n * n];
        products.Multiply(new(1, n, n, n), new SymmetricInverse(products).Of(matrix, n), matrix, identity);
        for (var i = 0; i < n * n; i++) Assert.Equal(i % (n + 1) == 0 ? 1 : 0, identity[i], 1e-3f);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(400)]
    public void A_matrix_that_is_not_positive_definite_is_refused(int n)
    {
        var matrix = new float[n * n];
        for (var i = 0; i < n; i++) matrix[i * (n + 1)] = i == n - 1 ? -1 : 1;
        Assert.Throws<InvalidOperationException>(() => new SymmetricInverse(products).Of(matrix, n));
    }
}
