using GspMl.LinearAlgebra;

namespace GspMl.Core.Tests.LinearAlgebra;

public class ColumnSharesTests
{
    /// <summary>40 × 23 with half of the values, none in the last columns.</summary>
    private static readonly (int[] Starts, int[] Columns, float[] Values) Rows = Matrices.Compress(
        Matrices.Random<float>(40, 19, 3, zeros: 0.5));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(1000)]
    public void Every_value_belongs_to_the_share_of_its_column(int wanted)
    {
        var shares = new ColumnShares(23, Rows.Starts, Rows.Columns, wanted);
        for (var i = 0; i < 40; i++)
        {
            Assert.Equal(Rows.Starts[i], shares.Values(i, 0).Start);
            Assert.Equal(Rows.Starts[i + 1], shares.Values(i, shares.Count - 1).End);
            for (var share = 0; share < shares.Count; share++)
            {
                var ((first, end), (start, stop)) = (shares.Columns(share), shares.Values(i, share));
                Assert.All(Rows.Columns[start..stop], column => Assert.InRange(column, first, end - 1));
                if (share > 0) Assert.Equal(shares.Values(i, share - 1).End, start);
            }
        }
        Assert.Equal((0, 23), (shares.Columns(0).First, shares.Columns(shares.Count - 1).End));
    }

    [Fact]
    public void Shares_hold_about_as_many_values_each()
    {
        var shares = new ColumnShares(23, Rows.Starts, Rows.Columns, 4);
        var counts = Enumerable.Range(0, 4).Select(share => Enumerable.Range(0, 40)
            .Sum(i => shares.Values(i, share).End - shares.Values(i, share).Start));
        Assert.All(counts, count => Assert.InRange(count, 0.6 * Rows.Values.Length / 4, 1.4 * Rows.Values.Length / 4));
    }

    [Fact]
    public void Short_rows_are_cut_less_often_so_that_the_cuts_stay_smaller_than_the_rows() =>
        Assert.InRange(new ColumnShares(23, Rows.Starts, Rows.Columns, 1000).Count, 2, Rows.Values.Length / 40);

    [Fact]
    public void Rows_without_values_have_shares_without_values()
    {
        var shares = new ColumnShares(5, new int[4], [], 8);
        Assert.Equal((1, (0, 5), (0, 0)), (shares.Count, shares.Columns(0), shares.Values(2, 0)));
    }
}
