using GspMl.Onnx.Patterns;

namespace GspMl.Onnx.Tests.Patterns;

public class ColumnSetsTests
{
    private static readonly LayerShape Shape = new(Filters: 4, Channels: 4, Taps: 1);

    [Fact]
    public void Blocks_are_found_by_the_channels_that_they_read()
    {
        var sets = ColumnSets.Of([1, 0, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0], Shape, least: 1);

        Assert.Equal((2, 2), (sets.Block, sets.Kept));
        Assert.Equal([[0, 2], [1, 2]], sets.Channels);
    }

    [Fact]
    public void A_block_that_reads_fewer_is_filled_up_with_channels_that_it_does_not_read()
    {
        var sets = ColumnSets.Of([1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1], Shape, least: 1);

        Assert.Equal([[0, 1], [0, 3]], sets.Channels);
    }

    [Fact]
    public void The_largest_blocks_are_taken_of_those_that_read_alike()
        => Assert.Equal(4, ColumnSets.Of([1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0], Shape, least: 1).Block);
}
