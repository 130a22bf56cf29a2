using GspMl.Onnx.Sweeping;

namespace GspMl.Onnx.Tests.Sweeping;

public class KneeTests
{
    [Fact]
    public void The_knee_lies_farthest_over_the_chord_from_the_dense_model_to_the_sparsest()
    {
        // Chord from (0, 1) to (1, 0); the levels lie 0.45, 0.6 and 0.3 over it.
        Assert.Equal(1, Knee.Of([0, 0.5, 0.7, 0.9, 1], [1, 0.95, 0.9, 0.4, 0], lessIsBetter: false));
    }

    [Fact]
    public void Of_an_error_it_lies_farthest_under_the_chord()
        => Assert.Equal(1, Knee.Of([0, 0.5, 0.7, 0.9, 1], [0, 0.05, 0.1, 0.6, 1], lessIsBetter: true));

    [Fact]
    public void Units_of_zeros_and_quality_do_not_move_it()
        => Assert.Equal(1, Knee.Of([0.1, 0.35, 0.45, 0.55, 0.6], [0.99, 0.9895, 0.989, 0.984, 0.98], lessIsBetter: false));

    [Theory]
    [InlineData(0.9, 0.9, 0.9)]
    [InlineData(0.9, 0.9, 0.95)]
    [InlineData(0.9, 0.6, 0.5)]
    public void There_is_none_where_quality_does_not_fall_or_falls_at_once(double dense, double half, double sparsest)
        => Assert.Null(Knee.Of([0, 0.5, 1], [dense, half, sparsest], lessIsBetter: false));

    [Fact]
    public void One_level_has_no_knee() => Assert.Null(Knee.Of([0, 0.5], [1, 0.5], lessIsBetter: false));
}
