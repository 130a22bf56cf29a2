using GspMl.Cli.Usage;

namespace GspMl.Cli.Tests.Usage;

public sealed class SpellingTests
{
    private static readonly string[] Words = ["prune", "project", "eval", "encode", "inspect", "nmf"];

    [Theory]
    [InlineData("pruen", "prune")]
    [InlineData("prun", "prune")]
    [InlineData("pprune", "prune")]
    [InlineData("PRUNE", "prune")]
    [InlineData("prnue", "prune")]
    [InlineData("evla", "eval")]
    [InlineData("nfm", "nmf")]
    [InlineData("encoder", "encode")]
    public void The_word_with_the_fewest_edits_is_meant(string written, string meant)
        => Assert.Equal(meant, Spelling.Nearest(written, Words));

    [Theory]
    [InlineData("x")]
    [InlineData("quantize")]
    [InlineData("")]
    [InlineData("n")]
    public void A_word_that_is_near_none_is_not_guessed(string written) => Assert.Null(Spelling.Nearest(written, Words));

    [Fact]
    public void Of_words_as_near_the_first_by_the_alphabet_is_meant() => Assert.Equal("bat", Spelling.Nearest("vat", ["cat", "bat"]));

    [Fact]
    public void Of_no_words_there_is_none() => Assert.Null(Spelling.Nearest("prune", []));
}
