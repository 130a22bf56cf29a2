using GspMl.Onnx.Patterns;

namespace GspMl.Onnx.Tests.Patterns;

public class PatternLayoutTests
{
    private static readonly LayerShape Shape = new(Filters: 6, Channels: 8, Taps: 3);

    [Fact]
    public void Columns_keep_the_same_number_of_channels_in_every_block()
    {
        var kept = Marked(Columns(rows: 3), keep: Shape.Filters * Shape.Inputs / 2);

        for (var block = 0; block < 2; block++)
        {
            var reads = Enumerable.Range(0, 8).Where(channel => kept[At(block * 3, channel, 0)]).ToList();
            Assert.Equal(4, reads.Count);
            for (var filter = block * 3; filter < (block + 1) * 3; filter++)
                for (var channel = 0; channel < 8; channel++)
                    for (var tap = 0; tap < 3; tap++) Assert.Equal(reads.Contains(channel), kept[At(filter, channel, tap)]);
        }
    }

    [Fact]
    public void The_units_of_largest_sum_stay()
    {
        var layout = Columns(rows: 6);
        var scores = new float[Shape.Filters * Shape.Inputs];
        for (var i = 0; i < scores.Length; i++) scores[i] = i % Shape.Inputs / Shape.Taps;
        var kept = new bool[scores.Length];

        layout.Mark(scores, scores.Length / 4, kept);

        Assert.All(Enumerable.Range(0, kept.Length), i => Assert.Equal(i % Shape.Inputs / Shape.Taps >= 6, kept[i]));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(35, 18)]
    [InlineData(36, 36)]
    [InlineData(144, 144)]
    public void What_cannot_be_reached_is_rounded_down(long keep, int reached)
        => Assert.Equal(reached, Marked(Columns(rows: 3), keep).Count(stays => stays));

    private static PatternLayout Columns(int rows)
        => PatternLayout.Columns(Shape, rows, step: 1);

    [Fact]
    public void Filters_that_want_the_same_channels_are_put_into_one_block()
    {
        // Even filters want even channels, odd ones odd channels; by their own order every block would lose half.
        var scores = new float[Shape.Filters * Shape.Inputs];
        for (var i = 0; i < scores.Length; i++) scores[i] = i / Shape.Inputs % 2 == i % Shape.Inputs / Shape.Taps % 2 ? 1 + (i % 5) : 0;
        var kept = new bool[scores.Length];

        Columns(rows: 3).Arranged(scores, scores.Length / 2).Mark(scores, scores.Length / 2, kept);

        Assert.All(Enumerable.Range(0, kept.Length), i => Assert.Equal(scores[i] > 0, kept[i]));
    }

    [Fact]
    public void An_order_that_saves_little_is_left_as_it_is()
    {
        var layout = Columns(rows: 3);
        float[] scores = [.. Enumerable.Range(0, Shape.Filters * Shape.Inputs).Select(i => 1 + (i % Shape.Inputs * 0.1f))];
        Assert.Same(layout, layout.Arranged(scores, scores.Length / 2));
    }

    private static bool[] Marked(PatternLayout layout, long keep)
    {
        var random = new Random(3);
        var kept = new bool[Shape.Filters * Shape.Inputs];
        layout.Mark([.. kept.Select(_ => random.NextSingle())], keep, kept);
        return kept;
    }

    private static int At(int filter, int channel, int tap) => (filter * Shape.Inputs) + (channel * Shape.Taps) + tap;
}
