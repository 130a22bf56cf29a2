using System.Numerics;
using GspMl.Factorization;
using GspMl.LinearAlgebra;

namespace GspMl.Core.Tests.LinearAlgebra;

public abstract class KernelTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly double Tolerance = typeof(T) == typeof(float) ? 1e-5 : 1e-13;

    /// <summary>Every rank up to more than four vectors of floats, with row and depth counts around the block sizes.</summary>
    public static TheoryData<int> Ranks => [.. Enumerable.Range(1, 70)];

    [Theory]
    [MemberData(nameof(Ranks))]
    public void X_times_a_panel_agrees_with_plain_loops(int rank)
    {
        var x = Matrices.Random<T>(1 + rank % 7 + 64, 120 + rank % 19, seed: rank);
        var b = Matrices.Random<T>(x.Columns, rank, seed: rank + 1);
        var product = new Panel<T>(x.Rows, rank);
        new DenseData<T>(x).Multiply(Panel<T>.From(b), product, maxThreads: 1);
        Matrices.AssertEqual(Matrices.Product(x, b), product.ToDense(), Tolerance);
    }

    [Theory]
    [MemberData(nameof(Ranks))]
    public void X_transposed_times_a_panel_agrees_with_plain_loops(int rank)
    {
        var x = Matrices.Random<T>(250 + rank % 13, 5 + rank % 9 + 64 * (rank % 3), seed: rank);
        var c = Matrices.Random<T>(x.Rows, rank, seed: rank + 1);
        var product = new Panel<T>(x.Columns, rank);
        new DenseData<T>(x).TransposeMultiply(Panel<T>.From(c), product, maxThreads: 2);
        Matrices.AssertEqual(Matrices.Product(x.Transpose(), c), product.ToDense(), Tolerance);
    }

    [Theory]
    [MemberData(nameof(Ranks))]
    public unsafe void The_register_blocks_compute_what_the_scalar_form_does(int rank)
    {
        var (left, right) = (Matrices.Random<T>(9, 140, rank), Panel<T>.From(Matrices.Random<T>(140, rank, rank + 1)));
        Panel<T> fast = new(9, rank), plain = new(9, rank);
        fixed (T* start = left.Values)
        {
            var view = PanelProduct.Left<T>.RowMajor(start, 9, 140, 140);
            PanelProduct.Add(view, right.Start, right.Stride, fast.Start, fast.Stride, fast.Lanes, 2, 9);
            PanelProduct.AddScalar(view, right.Start, right.Stride, plain.Start, plain.Stride, rank, 2, 9);
        }
        Matrices.AssertEqual(Matrices.Product(plain.ToDense(), Identity(rank)), fast.ToDense(), Tolerance);
        Assert.All(fast.Row(0).ToArray(), value => Assert.Equal(T.Zero, value)); // rows outside of [first, end) are not touched
    }

    [Theory]
    [MemberData(nameof(Ranks))]
    public void Sparse_products_agree_with_dense_ones(int rank)
    {
        var x = Matrices.Random<T>(70, 31, seed: rank, zeros: 0.8);
        var (starts, features, values) = Matrices.Compress(x);
        var sparse = new SparseData<T>(70, 31, starts, features, values);
        Panel<T> b = Panel<T>.From(Matrices.Random<T>(31, rank, 1)), xb = new(70, rank);
        sparse.Multiply(b, xb, maxThreads: 2);
        Matrices.AssertEqual(Matrices.Product(x, b.ToDense()), xb.ToDense(), Tolerance);
        Panel<T> c = Panel<T>.From(Matrices.Random<T>(70, rank, 2)), xc = new(31, rank);
        sparse.TransposeMultiply(c, xc, maxThreads: 2);
        Matrices.AssertEqual(Matrices.Product(x.Transpose(), c.ToDense()), xc.ToDense(), Tolerance);
    }

    [Theory]
    [MemberData(nameof(Ranks))]
    public void A_Gram_matrix_is_the_transpose_times_the_factor(int rank)
    {
        var factor = Matrices.Random<T>(1030 + rank, rank, rank);
        var gram = new double[rank * rank];
        GramMatrix.Of(Panel<T>.From(factor), gram, maxThreads: 2);
        Matrices.AssertEqual(Matrices.Product(factor.Transpose(), factor), new DenseMatrix<double>(rank, rank, gram), Tolerance);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(33)]
    [InlineData(129)]
    public unsafe void A_combination_of_rows_is_a_row_of_a_product(int length)
    {
        var rows = Matrices.Random<T>(7, length, 3);
        var coefficients = Matrices.Random<T>(1, 7, 4);
        var target = new Panel<T>(1, length);
        RowCombination.Add(coefficients.Values, Panel<T>.From(rows), target.Start);
        Matrices.AssertEqual(Matrices.Product(coefficients, rows), target.ToDense(), Tolerance);
    }

    [Fact]
    public void Transposing_a_panel_twice_gives_it_back()
    {
        var matrix = Matrices.Random<T>(45, 19, 5);
        Panel<T> transposed = new(19, 45), back = new(45, 19);
        transposed.TransposeFrom(Panel<T>.From(matrix));
        back.TransposeFrom(transposed);
        Assert.Equal(matrix.Transpose().Values, transposed.ToDense().Values);
        Assert.Equal(matrix.Values, back.ToDense().Values);
    }

    private static DenseMatrix<T> Identity(int size)
    {
        var identity = new DenseMatrix<T>(size, size);
        for (var i = 0; i < size; i++) identity[i, i] = T.One;
        return identity;
    }
}

public sealed class SingleKernelTests : KernelTests<float>;

public sealed class DoubleKernelTests : KernelTests<double>;
