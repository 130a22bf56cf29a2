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
    public void Where_nothing_is_kept_the_last_level_keeps_nothing()
    {
        var levels = new ReconstructionOptions().LevelsFor(0);
        Assert.InRange(levels.Count, 12, 30);
        Assert.Equal(0, levels[^1]);
    }
}
