using GspMl.Core.Tests.LinearAlgebra;
using GspMl.Factorization;

namespace GspMl.Core.Tests.Factorization.Encoding;

public class PaddedRowsTests
{
    /// <summary>Every number of columns at which another number of blocks begins, and some between.</summary>
    [Fact]
    public void Sums_are_those_of_the_formula_for_every_width()
    {
        for (var columns = 1; columns <= 60; columns++)
        {
            Check<float>(columns, (i, sum) => Assert.InRange(sum, i - 1e-5, i + 1e-5));
            Check<double>(columns, (i, sum) => Assert.InRange(sum, i - 1e-12, i + 1e-12));
        }
    }

    [Fact]
    public void Naming_the_rows_that_are_not_0_gives_the_bits_of_all_rows()
    {
        var rows = Matrices.Random<float>(40, 21, 1);
        var padded = new PaddedRows<float>(rows.Values, 21);
        var scales = Matrices.Random<float>(1, 40, 2, zeros: 0.6).Values;
        int[] named = [.. Enumerable.Range(0, 40).Where(i => scales[i] != 0)];
        var (all, few) = (new double[padded.Width], new double[padded.Width]);
        padded.Sum([], scales, all);
        padded.Sum(named, [.. named.Select(i => scales[i])], few);
        Assert.Equal(all, few);
    }

    [Fact]
    public void No_rows_sum_to_0()
    {
        var padded = new PaddedRows<double>([1, 2, 3], 3);
        var sum = Enumerable.Repeat(7.0, padded.Width).ToArray();
        padded.Sum([], [], sum);
        Assert.All(sum, value => Assert.Equal(0, value));
    }

    private static void Check<T>(int columns, Action<double, double> agree)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        var (rows, scales) = (Matrices.Random<T>(9, columns, columns), Matrices.Random<T>(1, 9, 3).Values);
        var padded = new PaddedRows<T>(rows.Values, columns);
        var sum = new double[padded.Width];
        padded.Sum([], scales, sum);
        for (var j = 0; j < columns; j++)
            agree(Enumerable.Range(0, 9).Sum(i => double.CreateTruncating(scales[i]) * double.CreateTruncating(rows[i, j])), sum[j]);
        Assert.All(sum[columns..], value => Assert.Equal(0, value));
    }
}
