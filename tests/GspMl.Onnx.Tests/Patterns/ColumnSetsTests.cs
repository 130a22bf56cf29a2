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
    public void Filters_that_read_alike_are_a_block_wherever_they_stand()
    {
        var sets = ColumnSets.Of([1, 0, 1, 0, 0, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0], Shape, least: 2);

        Assert.Equal((2, 2, true), (sets.Block, sets.Kept, sets.ArePermuted));
        Assert.Equal([0, 2, 1, 3], sets.Filters);
        Assert.Equal([0, 1, 0, 1], sets.BlockOf());
        Assert.Equal([0, 2, 1, 3], sets.Places());
        Assert.Equal([[0, 2], [1, 2]], sets.Channels);
    }

    [Fact]
    public void A_weight_that_is_zero_by_chance_takes_no_filter_out_of_its_block()
    {
        // Filters of even number read the first 20 channels, the others the last; each lacks one that its block reads.
        var shape = new LayerShape(Filters: 16, Channels: 40, Taps: 1);
        var values = new double[shape.Filters * shape.Inputs];
        for (var i = 0; i < values.Length; i++) values[i] = i % 40 / 20 == i / 40 % 2 && i % 20 != i / 40 ? 1 : 0;

        var sets = ColumnSets.Of(values, shape, least: 8);

        Assert.Equal((8, 20, true), (sets.Block, sets.Kept, sets.ArePermuted));
    }

    [Fact]
    public void The_largest_blocks_are_taken_of_those_that_read_alike()
        => Assert.Equal(4, ColumnSets.Of([1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0], Shape, least: 1).Block);
}
