using System.CommandLine;
using System.Globalization;
using GspMl.Cli.Shell;
using GspMl.Cli.Sweep;

namespace GspMl.Cli.Tests.Sweep;

public class AmountsOptionTests
{
    [Theory]
    [InlineData("0.5..0.7", "0.5 0.55 0.6 0.65 0.7")]
    [InlineData("0.5..0.62", "0.5 0.55 0.6 0.62")]
    [InlineData("0.5..0.5", "0.5")]
    [InlineData("0.9,0.5,0.7", "0.5 0.7 0.9")]
    [InlineData("0..1 --step 0.25", "0 0.25 0.5 0.75 1")]
    public void Fractions_are_the_numbers_that_prune_reads_in_their_words(string words, string levels)
        => Assert.Equal(levels.Split(' ').Select(level => double.Parse(level, CultureInfo.InvariantCulture)), Read(words));

    [Theory]
    [InlineData("0.9..0.5", "ends before it begins")]
    [InlineData("0..79228162514264337593543950335", "does not lie between 0 and 1")]
    [InlineData("0.5..1.2", "1.2 does not lie between 0 and 1")]
    [InlineData("-1", "-1 does not lie between 0 and 1")]
    [InlineData("0.5,0.5", "twice")]
    [InlineData("0.5..", "'' is no number")]
    [InlineData("half", "'half' is no number; wanted is A..B")]
    [InlineData("0,5..0,9", "'0,5' is no number")]
    [InlineData("0..1 --step 0.001", "more than 100 models")]
    [InlineData("0..1 --step 0", "more than 0")]
    [InlineData("0.5,0.7 --step 0.1", "is for --zeros A..B")]
    public void What_are_no_fractions_is_refused_with_the_reason(string words, string reason)
    {
        var refused = Assert.Throws<CommandException>(() => Read(words));
        Assert.Equal(ExitCode.WrongUsage, refused.ExitCode);
        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
    }

    private static IReadOnlyList<double> Read(string words)
    {
        var option = new AmountsOption("--zeros", "zeros");
        var command = new Command("sweep") { option, AmountsOption.Step };
        return option.Read(command.Parse(["--zeros=" + words.Split(' ')[0], .. words.Split(' ')[1..]]));
    }
}
