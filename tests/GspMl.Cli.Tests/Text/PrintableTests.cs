using GspMl.Cli.Text;

namespace GspMl.Cli.Tests.Text;

public sealed class PrintableTests
{
    [Theory]
    [InlineData("conv1.weight", "conv1.weight")]
    [InlineData("größe→層 🙂", "größe→層 🙂")]
    [InlineData("\u001b[2J", "\\u001B[2J")]
    [InlineData("a\nb\r\tc\0", "a\\nb\\r\\tc\\u0000")]
    [InlineData("\u0007\u0085\u009b", "\\u0007\\u0085\\u009B")]
    [InlineData("\u202egnp.exe\u2066\u200f", "\\u202Egnp.exe\\u2066\\u200F")]
    [InlineData("\u2028\u2029\ufeff\u200b", "\\u2028\\u2029\\uFEFF\\u200B")]
    [InlineData("", "")]
    public void What_a_terminal_would_obey_is_shown_as_its_number(string text, string shown) => Assert.Equal(shown, Printable.Of(text));

    [Fact]
    public void Half_a_character_is_shown_as_its_number()
    {
        Assert.Equal("\\uD83D", Printable.Of("🙂"[..1]));
        Assert.Equal("\\uDE42x", Printable.Of("🙂"[1..] + "x"));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(64)]
    [InlineData(65)]
    public void Long_text_loses_its_middle(int most)
    {
        var text = Printable.Short("first" + new string('\u001b', 1 << 20) + "last", most);
        Assert.Equal(most, text.Length);
        Assert.StartsWith("first"[..Math.Min(5, (most - 1) / 2)], text, StringComparison.Ordinal);
        Assert.EndsWith(most > 8 ? "last" : "t", text, StringComparison.Ordinal);
        Assert.Equal(new string('a', most), Printable.Short(new string('a', most), most));
    }
}
