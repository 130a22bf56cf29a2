using GspMl.Onnx.Streaming;

namespace GspMl.Onnx.Tests.Streaming;

public class MagnitudeBandTests
{
    [Fact]
    public void Floats_of_every_length_are_told_apart_as_one_by_one() => Check<float>(value => value);

    [Fact]
    public void Doubles_of_every_length_are_told_apart_as_one_by_one() => Check<double>(value => value);

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void What_is_no_finite_number_shows_in_the_sums(float value)
    {
        for (var at = 0; at < 20; at++)
        {
            var values = new float[20];
            values[at] = value;
            Assert.False(double.IsFinite(MagnitudeBand.At(0).Scan<float>(values).Above.Sum));
        }
    }

    private static void Check<T>(Func<float, T> convert)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        var random = new Random(3);
        for (var length = 0; length <= 130; length++)
        {
            // Few different values, so that the bounds and the counted values are met.
            var magnitudes = Enumerable.Range(0, length).Select(_ => random.Next(9) / 8f).ToArray();
            T[] values = [.. magnitudes.Select(m => convert(random.Next(2) == 0 ? m : -m))];
            var found = new MagnitudeBand(0.25, 0.75, 0.375, 0.75).Scan<T>(values);
            Assert.Equal((magnitudes.Count(m => m <= 0.25f), magnitudes.Count(m => m is > 0.25f and <= 0.75f)),
                (found.Below, found.Inside));
            foreach (var bound in new[] { 0.25, 0.375, 0.5, 0.7, 0.75 })
                Assert.Equal(magnitudes.Count(m => m <= bound), found.AtMost(bound));
            var over = magnitudes.Where(m => m > 0.5f).Select(m => (double)m).ToList();
            Assert.Equal(new MagnitudeSums(over.Count, over.Sum(), over.Sum(m => m * m)), found.Over(0.5));
        }
    }
}
