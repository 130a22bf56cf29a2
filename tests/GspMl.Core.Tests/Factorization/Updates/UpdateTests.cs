using System.Numerics;
using GspMl.Core.Tests.LinearAlgebra;
using GspMl.Factorization;
using GspMl.LinearAlgebra;

namespace GspMl.Core.Tests.Factorization.Updates;

public abstract class UpdateTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly double Tolerance = typeof(T) == typeof(float) ? 1e-4 : 1e-11;

    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 3)]
    [InlineData(33, 10)]
    [InlineData(300, 49)]
    public void A_sweep_of_Hals_is_the_sweep_of_the_textbook(int rows, int rank)
    {
        var (factor, equations) = Problem(rows, rank);
        var expected = TextbookSweep(factor, equations);
        new HalsUpdate<T>(sweeps: 1).Update(factor, equations, 1);
        Matrices.AssertEqual(expected, factor.ToDense(), Tolerance);
    }

    [Fact]
    public void Hals_leaves_coordinates_alone_whose_other_factor_is_zero()
    {
        var (factor, equations) = Problem(20, 4);
        for (var j = 0; j < 4; j++) equations.Gram[2 * 4 + j] = equations.Gram[j * 4 + 2] = 0;
        var before = factor.ToDense();
        new HalsUpdate<T>(sweeps: 5).Update(factor, equations, 1);
        for (var i = 0; i < 20; i++) Assert.Equal(before[i, 2], factor.Row(i)[2]);
    }

    [Fact]
    public void Many_sweeps_and_many_fast_steps_end_in_the_same_minimum()
    {
        var (factor, equations) = Problem(90, 6);
        var other = Panel<T>.From(factor.ToDense());
        new HalsUpdate<T>(sweeps: 3000, movement: 0).Update(factor, equations, 2);
        new NesterovUpdate<T>(steps: 3000, movement: 0).Update(other, equations, 2);
        var expected = new double[90, 6];
        for (var i = 0; i < 90; i++)
            for (var k = 0; k < 6; k++) expected[i, k] = double.CreateChecked(factor.Row(i)[k]);
        Matrices.AssertEqual(expected, other.ToDense(), typeof(T) == typeof(float) ? 2e-2 : 1e-6);
    }

    private static (Panel<T> Factor, NormalEquations<T> Equations) Problem(int rows, int rank)
    {
        var other = Matrices.Random<T>(rank + 20, rank, seed: 7);
        var x = Matrices.Random<T>(rows, rank + 20, seed: 8);
        Panel<T> product = new(rows, rank), factor = Panel<T>.From(Matrices.Random<T>(rows, rank, seed: 9));
        new DenseData<T>(x).Multiply(Panel<T>.From(other), product, 1);
        var gram = new double[rank * rank];
        GramMatrix.Of(Panel<T>.From(other), gram, 1);
        return (factor, new(product, gram, 1));
    }

    private static double[,] TextbookSweep(Panel<T> factor, NormalEquations<T> equations)
    {
        var (rows, rank) = (factor.Rows, factor.Columns);
        var f = new double[rows, rank];
        for (var i = 0; i < rows; i++)
            for (var k = 0; k < rank; k++) f[i, k] = double.CreateChecked(factor.Row(i)[k]);
        for (var k = 0; k < rank; k++)
        {
            for (var i = 0; i < rows; i++)
            {
                var descent = double.CreateChecked(equations.Product.Row(i)[k]);
                for (var j = 0; j < rank; j++) descent -= f[i, j] * equations.Gram[j * rank + k];
                f[i, k] = Math.Max(0, f[i, k] + descent / equations.Gram[k * rank + k]);
            }
        }
        return f;
    }
}

public sealed class SingleUpdateTests : UpdateTests<float>;

public sealed class DoubleUpdateTests : UpdateTests<double>;
