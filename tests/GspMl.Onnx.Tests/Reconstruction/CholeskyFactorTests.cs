using GspMl.Onnx.Reconstruction;

namespace GspMl.Onnx.Tests.Reconstruction;

public class CholeskyFactorTests
{
    public static TheoryData<int> Sizes => [.. Enumerable.Range(1, 12), 31, 32, 33, 36, 63, 64, 65, 67, 100];

    [Theory]
    [MemberData(nameof(Sizes))]
    public void The_factor_times_its_transpose_is_the_matrix(int n)
    {
        var matrix = PositiveDefinite(n);
        var factor = matrix.ToArray();
        Assert.True(CholeskyFactor.Factor(factor, n));
        for (var i = 0; i < n; i++)
            for (var j = 0; j <= i; j++)
                Assert.Equal(matrix[(i * n) + j], Enumerable.Range(0, j + 1).Sum(p => factor[(i * n) + p] * factor[(j * n) + p]), 1e-9 * n);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void The_solution_solves_the_system(int n)
    {
        var matrix = PositiveDefinite(n);
        var factor = matrix.ToArray();
        CholeskyFactor.Factor(factor, n);
        var wanted = Samples.Gaussian(n, 7);
        var x = Enumerable.Range(0, n).Select(i => Enumerable.Range(0, n).Sum(j => matrix[(i * n) + j] * wanted[j])).ToArray();
        CholeskyFactor.Solve(factor, n, x);
        for (var i = 0; i < n; i++) Assert.Equal(wanted[i], x[i], 1e-8);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void The_inverse_of_the_factor_gives_the_inverse_of_the_matrix(int n)
    {
        var matrix = PositiveDefinite(n);
        var (factor, transposed) = (matrix.ToArray(), new double[n * n]);
        CholeskyFactor.Factor(factor, n);
        CholeskyFactor.InverseTransposed(factor, n, transposed);
        var inverse = Product(transposed, transposed, n);
        var identity = Product(matrix, inverse, n);
        for (var i = 0; i < n * n; i++) Assert.Equal(i % (n + 1) == 0 ? 1 : 0, identity[i], 1e-8);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(40)]
    public void A_matrix_that_is_not_positive_definite_is_refused(int n)
    {
        var matrix = PositiveDefinite(n);
        matrix[(n * n) - 1] = -1;
        Assert.False(CholeskyFactor.Factor(matrix, n));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(7)]
    [InlineData(19)]
    [InlineData(64)]
    public void A_tile_is_sixteen_dot_products(int length)
    {
        var (a, b) = (Samples.Gaussian(4 * (length + 3), 1), Samples.Gaussian(4 * (length + 5), 2));
        var products = new double[16];
        DotTile.Products(a, length + 3, b, length + 5, length, products);
        for (var i = 0; i < 4; i++)
            for (var j = 0; j < 4; j++)
            {
                var expected = Enumerable.Range(0, length).Sum(p => a[(i * (length + 3)) + p] * b[(j * (length + 5)) + p]);
                Assert.Equal(expected, products[(4 * i) + j], 1e-12 * (length + 1));
            }
    }

    private static double[] PositiveDefinite(int n)
    {
        var root = Samples.Gaussian(n * n, n);
        var matrix = Product(root, root, n);
        for (var i = 0; i < n; i++) matrix[i * (n + 1)] += n;
        return matrix;
    }

    /// <summary>A·Bᵀ.</summary>
    private static double[] Product(double[] a, double[] b, int n)
    {
        var product = new double[n * n];
        for (var i = 0; i < n; i++)
            for (var j = 0; j < n; j++)
                for (var p = 0; p < n; p++) product[(i * n) + j] += a[(i * n) + p] * b[(j * n) + p];
        return product;
    }
}
