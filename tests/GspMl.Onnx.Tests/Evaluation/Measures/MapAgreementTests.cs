namespace GspMl.Onnx.Tests.Evaluation.Measures;

public class MapAgreementTests
{
    private static readonly TaskChoice Plain = new(OutputTask.Map, "");

    // Two places of two channels: (3, 4) became (4, 3), (0, 1) stayed. ‖b‖² = 26, ‖c − b‖² = 2, four values in [0, 4].
    [Fact]
    public void Errors_are_over_all_values_and_cosines_over_the_places()
    {
        var map = MapAgreement.Of(Map(3, 0, 4, 1), Map(4, 0, 3, 1), Plain);

        Assert.Equal(Math.Sqrt(2 / 26.0), map.Error.Relative.Value, 1e-12);
        Assert.Equal(20 * Math.Log10(4 / Math.Sqrt(2 / 4.0)), map.PeakSignalToNoise, 1e-12);
        Assert.Equal((24 / 25.0 + 1) / 2, map.Cosine.Value, 1e-12);
        Assert.Equal(0, map.PlaceAxis);
        Assert.Null(map.Agreement);
    }

    [Fact]
    public void Classes_of_places_are_compared_where_there_are_any()
        => Assert.Equal(0.5, MapAgreement.Of(Map(3, 0, 4, 1), Map(4, 0, 3, 1), Plain with { ClassAxis = 0 }).Agreement!.Value.Value);

    // Over 0.5 the baseline has the first two values, the candidate the second and the third.
    [Fact]
    public void Yes_and_no_agree_at_places_and_overlap()
    {
        var map = MapAgreement.Of(Map(0.9f, 0.8f, 0.2f, 0.1f), Map(0.3f, 0.9f, 0.7f, 0.1f), Plain with { Threshold = 0.5 });

        Assert.Equal((0.5, 1 / 3.0), (map.Agreement!.Value.Value, map.Overlap!.Value.Value), (a, b)
            => Math.Abs(a.Item1 - b.Item1) + Math.Abs(a.Item2 - b.Item2) < 1e-12);
    }

    [Fact]
    public void A_mask_that_says_no_everywhere_overlaps_with_itself()
        => Assert.Equal(1, MapAgreement.Of(Map(0, 0, 0, 0), Map(0, 0, 0, 0), Plain with { Threshold = 0.5 }).Overlap!.Value.Value);

    [Fact]
    public void A_map_of_one_value_a_place_is_one_vector_a_row()
    {
        OutputTensor one = new("y", new float[] { 3, 4 }, 2) { RowShape = [1, 1, 2] },
            other = new("y", new float[] { 4, 3 }, 2) { RowShape = [1, 1, 2] };
        var map = MapAgreement.Of(one, other, Plain);

        Assert.Null(map.PlaceAxis);
        Assert.Equal(24 / 25.0, map.Cosine.Value, 1e-12);
        Assert.Equal(double.PositiveInfinity, MapAgreement.Of(one, one, Plain).PeakSignalToNoise);
    }

    /// <summary>One row of [channels = 2, height = 1, width = 2].</summary>
    private static OutputTensor Map(params float[] values) => new("y", values, 4) { RowShape = [2, 1, 2] };
}
