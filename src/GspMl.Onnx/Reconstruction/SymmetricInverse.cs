using GspMl.Onnx.Products;

namespace GspMl.Onnx.Reconstruction;

/// <summary>
/// Inverses of symmetric positive definite matrices in float, by blocks: with A = [A₁₁ A₁₂; A₂₁ A₂₂] and the Schur complement
/// S = A₂₂ − A₂₁A₁₁⁻¹A₁₂ all work but that on small blocks is in products (Golub and Van Loan, Matrix Computations, §3.2). ⅔n³
/// multiply-adds, about 3n² floats of memory beside the matrix, which blocks take again as they become free.
/// </summary>
/// <param name="products">Multiplies.</param>
internal sealed class SymmetricInverse(MatrixProduct products)
{
    private readonly Dictionary<int, Stack<float[]>> free = [];

    // Below it the triangular factor in double takes less time than the overhead of products.
    private const int SmallBlock = 192;

    /// <summary>The inverse, row-major, n × n.</summary>
    /// <param name="matrix">Row-major, n × n, both triangles.</param>
    /// <param name="n">Rows.</param>
    /// <exception cref="InvalidOperationException">It is not positive definite in float precision.</exception>
    public float[] Of(float[] matrix, int n)
    {
        if (n <= SmallBlock) return OfSmall(matrix, n);
        var (h, q) = ((n + 1) / 2, n / 2);
        var (corner, upper, complement) = (Block(matrix, n, 0, h, 0, h), Block(matrix, n, 0, h, h, q), Block(matrix, n, h, q, h, q));
        var first = Of(corner, h);
        var solved = Product(first, upper, h, h, q);
        var lower = Block(matrix, n, h, q, 0, h);
        var update = Product(lower, solved, q, h, q);
        Subtract(complement, update);
        GiveBack(corner, upper, lower, update);
        var second = Of(complement, q);
        var turned = Product(solved, second, h, q, q);
        var square = Take(h * h);
        products.MultiplyTransposed(new(1, h, q, h), turned, solved, square);
        var inverse = Joined(n, h, first, square, turned, second);
        GiveBack(complement, first, solved, second, turned, square);
        return inverse;
    }

    private float[] Take(int length)
        => free.TryGetValue(length, out var arrays) && arrays.TryPop(out var array) ? array : new float[length];

    private void GiveBack(params ReadOnlySpan<float[]> arrays)
    {
        foreach (var array in arrays)
        {
            if (!free.TryGetValue(array.Length, out var stack)) free[array.Length] = stack = [];
            stack.Push(array);
        }
    }

    private float[] OfSmall(float[] matrix, int n)
    {
        var (factor, upper) = (new double[n * n], new double[n * n]);
        for (var i = 0; i < factor.Length; i++) factor[i] = matrix[i];
        if (!CholeskyFactor.Factor(factor, n)) throw new InvalidOperationException("the matrix is not positive definite");
        CholeskyFactor.InverseTransposed(factor, n, upper);
        var inverse = Take(n * n);
        for (var i = 0; i < n; i++)
            for (var j = 0; j <= i; j++)
                inverse[(i * n) + j] = inverse[(j * n) + i] =
                    (float)DotTile.Dot(upper.AsSpan((i * n) + i, n - i), upper.AsSpan((j * n) + i, n - i));
        return inverse;
    }

    /// <summary>[A₁₁⁻¹ + T·S⁻¹·Tᵀ, −T·S⁻¹; −S⁻¹·Tᵀ, S⁻¹] with T = A₁₁⁻¹A₁₂.</summary>
    private float[] Joined(int n, int h, float[] first, float[] square, float[] corner, float[] second)
    {
        var inverse = Take(n * n);
        var q = n - h;
        for (var i = 0; i < h; i++)
        {
            for (var j = 0; j < h; j++) inverse[(i * n) + j] = first[(i * h) + j] + square[(i * h) + j];
            for (var j = 0; j < q; j++)
                inverse[(i * n) + h + j] = inverse[((h + j) * n) + i] = -corner[(i * q) + j];
        }
        for (var i = 0; i < q; i++) second.AsSpan(i * q, q).CopyTo(inverse.AsSpan(((h + i) * n) + h, q));
        return inverse;
    }

    private float[] Product(float[] a, float[] b, int rows, int inner, int columns)
    {
        var product = Take(rows * columns);
        products.Multiply(new(1, rows, inner, columns), a, b, product);
        return product;
    }

    private float[] Block(float[] matrix, int n, int row, int rows, int column, int columns)
    {
        var block = Take(rows * columns);
        for (var i = 0; i < rows; i++) matrix.AsSpan(((row + i) * n) + column, columns).CopyTo(block.AsSpan(i * columns));
        return block;
    }

    private static void Subtract(float[] from, float[] what)
        => System.Numerics.Tensors.TensorPrimitives.Subtract(from, what, from);
}
