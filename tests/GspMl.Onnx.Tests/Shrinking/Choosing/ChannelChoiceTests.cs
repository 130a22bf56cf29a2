using GspMl.Onnx.Shrinking.Choosing;

namespace GspMl.Onnx.Tests.Shrinking.Choosing;

public sealed class ChannelChoiceTests
{
    /// <summary>Two sets, of channels 0 … 3 and 10 … 17, each with rising scores.</summary>
    private static readonly FoundSet[] Sets = [new([0, 1, 2, 3], [], [], null), new([.. Enumerable.Range(10, 8)], [], [], null)];
    private static readonly double[][] Scores = [[1, 2, 3, 4], [1, 2, 3, 4, 5, 6, 7, 8]];

    private static ChannelChoice Choice(double leastShare = 0, int multiple = 1)
        => new(new([]), Sets, Scores, leastShare, multiple, maxThreads: 1);

    [Fact]
    public void Without_a_sparsity_all_channels_stay() => Assert.Empty(Choice().At(0).Removed);

    [Fact]
    public void At_the_highest_sparsity_each_set_keeps_its_best_channel()
        => Assert.Equal([0, 1, 2, 10, 11, 12, 13, 14, 15, 16], Choice().At(1).Removed.Order());

    [Theory]
    [InlineData(4, 4, 4)]
    [InlineData(8, 4, 8)]
    [InlineData(int.MaxValue, 4, 8)]
    public void Each_set_keeps_a_multiple_or_all(int multiple, int small, int large)
    {
        var removed = Choice(multiple: multiple).At(1).Removed;
        Assert.Equal((small, large), (4 - removed.Count(channel => channel < 10), 8 - removed.Count(channel => channel >= 10)));
    }

    [Fact]
    public void The_fewest_channels_go_that_meet_a_cost()
    {
        var found = Choice(leastShare: 1).Until(removed => 12 - removed.Count <= 6)!;
        Assert.Equal([0, 1, 10, 11, 12, 13], found.Removed.Order());
        Assert.Empty(Choice().Until(removed => 12 - removed.Count <= 12)!.Removed);
        Assert.Null(Choice().Until(removed => 12 - removed.Count <= 1));
    }
}
