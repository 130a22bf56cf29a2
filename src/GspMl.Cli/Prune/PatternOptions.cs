using System.CommandLine;
using System.Globalization;
using GspMl.Cli.Shell;
using GspMl.Cli.Usage;
using GspMl.Onnx;

namespace GspMl.Cli.Prune;

/// <summary><c>--pattern</c> and <c>--block</c>: where zeros may lie.</summary>
internal sealed class PatternOptions
{
    private const int DefaultBlock = 64;

    private readonly Option<string> pattern = new("--pattern")
    {
        Description = "Where zeros may lie: anywhere; whole input columns of blocks of filters, which run faster; N of every M input "
            + "channels, such as 2:4; or blocks.",
        HelpName = "scattered|columns|N:M|block",
        DefaultValueFactory = _ => "scattered",
    };

    private readonly Option<string?> block = new("--block")
    {
        Description = "Filters of a block of columns (64), or the block, filters x inputs.",
        HelpName = "B|RxC",
    };

    public void AddTo(Command command)
    {
        command.Options.Add(pattern);
        command.Options.Add(block);
    }

    /// <summary>The pattern that is asked for.</summary>
    /// <exception cref="CommandException">There is no such pattern, or its block is none.</exception>
    public SparsityPattern Read(ParseResult parsed)
    {
        var word = parsed.GetRequiredValue(pattern);
        var size = parsed.GetValue(block);
        return word switch
        {
            "columns" => SparsityPattern.Columns(size is null ? DefaultBlock : Filters(size)),
            "block" => Blocks(size ?? throw CommandException.Usage("--pattern block needs --block RxC, such as 16x1 or 64x64.")),
            _ when size is not null => throw CommandException.Usage($"--block {size} is for --pattern columns or block, not for {word}."),
            "scattered" => SparsityPattern.Scattered,
            _ => OfEvery(word),
        };
    }

    private static int Filters(string size) => Count(size)
        ?? throw CommandException.Usage($"--block {size}: with --pattern columns it is a number of filters, such as 64.");

    private static SparsityPattern Blocks(string size)
        => size.Split('x') is [var r, var c] && (Count(r), Count(c)) is ({ } filters, { } inputs) ? SparsityPattern.Blocks(filters, inputs)
            : throw CommandException.Usage($"--block {size}: with --pattern block it is filters x inputs, such as 16x1 or 64x64.");

    private static SparsityPattern OfEvery(string word)
        => word.Split(':') is [var n, var m] && (Count(n), Count(m)) is ({ } kept, { } of) && kept < of ? SparsityPattern.OfEvery(kept, of)
            : throw CommandException.Usage($"--pattern {word}: there are scattered, columns, block, and N:M with N less than M, such as "
                + $"2:4{Spelling.Hint(word, ["scattered", "columns", "block"])}");

    private static int? Count(string text)
        => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0 ? count : null;
}
