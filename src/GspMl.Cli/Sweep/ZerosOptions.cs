using System.CommandLine;
using System.Globalization;
using GspMl.Cli.Shell;

namespace GspMl.Cli.Sweep;

/// <summary><c>--zeros</c> and <c>--step</c>: the fractions of zeros to try.</summary>
internal sealed class ZerosOptions
{
    private const decimal DefaultStep = 0.05m;

    // What is written by mistake (0..1 by 1e-6) would run for ever.
    private const int MostLevels = 100;

    private readonly Option<string> zeros = new("--zeros")
    {
        Description = "The fractions of zeros to try: from A to B, or a list such as 0.5,0.7,0.9.",
        HelpName = "A..B",
        Required = true,
    };

    private readonly Option<string?> step = new("--step")
    {
        Description = $"The distance of the fractions from A to B ({DefaultStep.ToString(CultureInfo.InvariantCulture)}).",
        HelpName = "D",
    };

    public void AddTo(Command command)
    {
        command.Options.Add(zeros);
        command.Options.Add(step);
    }

    /// <summary>The fractions, ascending.</summary>
    /// <exception cref="CommandException">They are none.</exception>
    public IReadOnlyList<double> Read(ParseResult parsed)
    {
        var word = parsed.GetRequiredValue(zeros);
        var levels = (word.Split("..") is [var from, var to] ? Range(word, from, to, parsed.GetValue(step))
            : List(word, parsed.GetValue(step))).Order().ToList();
        if (levels.Distinct().Count() < levels.Count) throw CommandException.Usage($"--zeros {word}: a fraction stands there twice.");
        // Exact decimals first: 0.5 + 3 · 0.05 in binary is not the 0.65 that gspml prune reads.
        return [.. levels.Select(level => (double)level)];
    }

    private static List<decimal> Range(string word, string from, string to, string? step)
    {
        var (first, last) = (Number(word, from), Number(word, to));
        if (last < first) throw CommandException.Usage($"--zeros {word}: it ends before it begins.");
        var distance = step is null ? DefaultStep : Decimal(step) ?? throw CommandException.Usage($"--step: '{step}' is no number.");
        if (distance <= 0) throw CommandException.Usage($"--step {step}: it is more than 0.");
        if (distance <= (last - first) / MostLevels)
            throw CommandException.Usage($"--zeros {word}, a step of {Text(distance)}: more than {MostLevels} models.");
        var levels = new List<decimal>();
        for (var level = first; level <= last; level += distance) levels.Add(level);
        // An end that no step meets is meant all the same.
        return levels[^1] == last ? levels : [.. levels, last];
    }

    private static List<decimal> List(string word, string? step) => step is not null
        ? throw CommandException.Usage($"--step {step} is for --zeros A..B, from A to B.")
        : [.. word.Split(',').Select(level => Number(word, level))];

    private static decimal Number(string word, string number)
    {
        var level = Decimal(number.Trim())
            ?? throw CommandException.Usage($"--zeros {word}: '{number}' is no number; wanted is A..B, such as 0.5..0.95, or 0.5,0.7,0.9.");
        return level is >= 0 and <= 1 ? level
            : throw CommandException.Usage($"--zeros {word}: {Text(level)} does not lie between 0 and 1 (the decimal point is a point).");
    }

    private static decimal? Decimal(string number)
        => decimal.TryParse(number, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture,
            out var value) ? value : null;

    private static string Text(decimal number) => number.ToString(CultureInfo.InvariantCulture);
}
