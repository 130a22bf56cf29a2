namespace GspMl.Onnx.Tests.Pruning;

public class LevelsTests
{
    [Theory]
    [InlineData(0.5)]
    [InlineData(0.05)]
    [InlineData(0.01)]
    [InlineData(0.001)]
    public void Levels_reach_well_below_what_is_to_be_kept(double kept)
    {
        var levels = new ReconstructionOptions().LevelsFor(kept);
        Assert.Equal(levels.OrderDescending(), levels);
        Assert.True(levels[^1] <= Math.Max(0.02, 0.3 * kept));
        Assert.Equal(new ReconstructionOptions().Levels, levels.Take(11));
    }

    [Fact]
    public void Nothing_kept_ends_the_levels_too()
        => Assert.InRange(new ReconstructionOptions().LevelsFor(0).Count, 12, 30);
}
