using GspMl.Cli.Text;
using GspMl.Onnx;

namespace GspMl.Cli.Tests.Text;

public sealed class FormatTests
{
    [Fact]
    public void Fractions_are_percentages_and_what_is_unknown_a_dash()
    {
        Assert.Equal("12.3 %", Format.Percent(0.1234));
        Assert.Equal("–", Format.Percent((double?)null));
        Assert.Equal("1.0 to 2.5 %", Format.Percent(new Interval(0.01, 0.025)));
        Assert.Equal("0.750", Format.Sparsity(0.75));
        Assert.Equal("–", Format.Sparsity(double.NaN));
        Assert.Equal("0.000", Format.Sparsity(-1e-16));
        Assert.Equal("0.0 %", Format.Percent(-1e-9));
        Assert.Equal("–", Format.Milliseconds(null));
    }

    [Theory]
    [InlineData(9_999, "9999 B")]
    [InlineData(10_000, "10 kB")]
    [InlineData(1_726_000, "1,726 kB")]
    [InlineData(10_000_000, "10.0 MB")]
    public void Sizes_have_a_unit_of_their_own(long bytes, string text) => Assert.Equal(text, Format.Bytes(bytes));

    [Fact]
    public void A_compressed_size_is_told_where_it_was_measured()
    {
        Assert.Equal("20 kB", Format.Size(20_000, null));
        Assert.Equal("20 kB, gzipped 500 B", Format.Size(20_000, 500));
    }

    [Fact]
    public void One_thing_is_no_things()
    {
        Assert.Equal("1 row", Format.Count(1, "row"));
        Assert.Equal("1,000 rows", Format.Count(1000, "row"));
        Assert.Equal("20×1×5×5", Format.Shape([20, 1, 5, 5]));
    }
}
