using GspMl.Projection;

namespace GspMl.Core.Tests.Projection.Contract;

public class VectorLayoutTests
{
    /// <summary>
    /// Every small layout is taken where whole vectors follow each other or are interleaved, and needs what its last entry says.
    /// </summary>
    [Fact]
    public void Layouts_that_share_no_place_are_taken_and_all_others_refused()
    {
        var (taken, refused) = (0, 0);
        for (var count = 0; count < 5; count++)
            for (var length = 0; length < 5; length++)
                for (var vectorStride = 1; vectorStride < 14; vectorStride++)
                    for (var elementStride = 1; elementStride < 14; elementStride++)
                    {
                        var places = (from i in Enumerable.Range(0, count)
                                      from j in Enumerable.Range(0, length)
                                      select (long)(i * vectorStride) + (j * elementStride)).ToList();
                        if (IsWithin(count, length, vectorStride, elementStride))
                        {
                            Assert.Equal(places.Count, places.Distinct().Count());
                            var layout = new VectorLayout(count, length, vectorStride, elementStride);
                            Assert.Equal(places.Count == 0 ? 0 : places.Max() + 1, layout.Extent);
                            Assert.Equal((count, length, (long)vectorStride, (long)elementStride),
                                (layout.Count, layout.Length, layout.VectorStride, layout.ElementStride));
                            taken++;
                        }
                        else
                        {
                            Assert.Equal($"{count} vectors of {length} entries overlap with a vector stride of {vectorStride} "
                                + $"and an element stride of {elementStride}.", Refused(count, length, vectorStride, elementStride));
                            refused++;
                        }
                    }
        Assert.True(taken > 1000 && refused > 500, $"{taken} taken, {refused} refused");
    }

    [Theory]
    [InlineData(-1, 2, 1, 1, "count")]
    [InlineData(2, -1, 1, 1, "length")]
    [InlineData(1, 2, 0, 1, "vectorStride")]
    [InlineData(1, 1, 1, 0, "elementStride")]
    public void Numbers_below_their_bounds_are_named(int count, int length, long vectorStride, long elementStride, string name)
        => Assert.Equal(name, Assert.Throws<ArgumentOutOfRangeException>(
            () => new VectorLayout(count, length, vectorStride, elementStride)).ParamName);

    [Theory]
    [InlineData(2, 3, 1, long.MaxValue)]
    [InlineData(3, 2, long.MaxValue, 1)]
    [InlineData(2, 2, long.MaxValue - 1, 1)]
    [InlineData(3, 5, 1L << 62, 1L << 60)]
    public void Places_that_no_number_counts_are_refused(int count, int length, long vectorStride, long elementStride)
        => Assert.Equal($"{count} vectors of {length} entries with a vector stride of {vectorStride} and an element stride of "
            + $"{elementStride} reach further than can be counted.", Refused(count, length, vectorStride, elementStride));

    [Fact]
    public void The_furthest_place_that_can_be_counted_is_taken()
        => Assert.Equal(long.MaxValue, new VectorLayout(2, 2, long.MaxValue - 2, 1).Extent);

    [Theory]
    [InlineData(0, 3, 1, 1L << 62)]
    [InlineData(3, 0, 1L << 62, 1)]
    public void Nothing_lies_nowhere_whatever_the_strides(int count, int length, long vectorStride, long elementStride)
        => Assert.Equal(0, new VectorLayout(count, length, vectorStride, elementStride).Extent);

    [Fact]
    public void Rows_and_columns_of_nothing_have_strides_too()
    {
        Assert.Equal((1, 0), (VectorLayout.Rows(3, 0).VectorStride, VectorLayout.Rows(3, 0).Extent));
        Assert.Equal((1, 0), (VectorLayout.Columns(0, 3).ElementStride, VectorLayout.Columns(0, 3).Extent));
        Assert.Equal((4, 1), (VectorLayout.Rows(3, 4).VectorStride, VectorLayout.Rows(3, 4).ElementStride));
        Assert.Equal((1, 3), (VectorLayout.Columns(3, 4).VectorStride, VectorLayout.Columns(3, 4).ElementStride));
    }

    private static string Refused(int count, int length, long vectorStride, long elementStride)
        => Assert.Throws<ArgumentException>(() => new VectorLayout(count, length, vectorStride, elementStride)).Message;

    /// <summary>Whole vectors follow each other, or are interleaved, or there are not two entries.</summary>
    private static bool IsWithin(int count, int length, int vectorStride, int elementStride)
        => count * length < 2 || (count == 1 || length == 1) || vectorStride > (length - 1) * elementStride
            || elementStride > (count - 1) * vectorStride;
}
