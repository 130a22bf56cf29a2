using GspMl.Cli.Shrink;
using GspMl.Onnx;

namespace GspMl.Cli.Tests.Shrink;

public sealed class SetPictureTests
{
    [Fact]
    public void An_arc_leads_from_each_set_to_those_whose_layers_read_it()
    {
        var picture = new SetPicture([Set(["a", "b"], ["c", "d"]), Set(["c"], ["d"]), Set(["d"], ["b"])]);
        Assert.Equal([(0, 1), (0, 2), (1, 2), (2, 0)], picture.Arcs());
    }

    [Fact]
    public void Bars_tell_what_stays_and_names_are_no_markup()
    {
        var svg = new SetPicture([Set(["<b>"], []), Set(["held"], [], "it is an output")]).Svg();
        Assert.Contains("&lt;b&gt;", svg, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", svg, StringComparison.Ordinal);
        Assert.Contains("8 → 2", svg, StringComparison.Ordinal);
        Assert.Contains("8, held", svg, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_many_sets_the_first_are_drawn_and_the_caption_says_so()
    {
        var picture = new SetPicture([.. Enumerable.Range(0, SetPicture.Most + 1).Select(i => Set([$"layer{i}"], [$"layer{i + 1}"]))]);
        Assert.Equal(SetPicture.Most - 1, picture.Arcs().Count);
        Assert.Contains($"The first {SetPicture.Most} of {SetPicture.Most + 1} sets.", picture.Caption, StringComparison.Ordinal);
    }

    private static ChannelSet Set(string[] layers, string[] readers, string reason = "") => new()
    {
        Layers = layers,
        Readers = readers,
        Before = 8,
        Kept = reason.Length == 0 ? [1, 5] : [.. Enumerable.Range(0, 8)],
        Reason = reason,
    };
}
