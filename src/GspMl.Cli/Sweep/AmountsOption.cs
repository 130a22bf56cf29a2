using System.CommandLine;
using System.Globalization;
using GspMl.Cli.Shell;

namespace GspMl.Cli.Sweep;

/// <summary><c>--zeros</c> or <c>--macs</c>, with <c>--step</c>: the fractions to try.</summary>
/// <param name="name">The option.</param>
/// <param name="what">What the fractions are of, as help tells it.</param>
internal sealed class AmountsOption(string name, string what)
{
    private const decimal DefaultStep = 0.05m;

    // What is written by mistake (0..1 by 1e-6) would run for ever.
    private const int MostLevels = 100;

    private readonly Option<string?> amounts = new(name)
    {
        Description = $"{what}: from A to B, or a list such as 0.5,0.7,0.9.",
        HelpName = "A..B",
    };

    /// <summary>The distance of fractions from A to B.</summary>
    public static Option<string?> Step { get; } = new("--step")
    {
        Description = $"The distance of the fractions from A to B ({DefaultStep.ToString(CultureInfo.InvariantCulture)}).",
        HelpName = "D",
    };

    /// <summary>The option as a command takes it.</summary>
    public static implicit operator Option(AmountsOption option) => option.amounts;

    /// <summary>Whether it is given.</summary>
    public bool IsGiven(ParseResult parsed) => parsed.GetValue(amounts) is not null;

    /// <summary>The fractions, ascending.</summary>
    /// <exception cref="CommandException">They are none.</exception>
    public IReadOnlyList<double> Read(ParseResult parsed)
    {
        var word = parsed.GetValue(amounts) ?? throw CommandException.Usage($"give {name} A..B, such as 0.5..0.9.");
        var levels = (word.Split("..") is [var from, var to] ? Range(word, from, to, parsed.GetValue(Step))
            : List(word, parsed.GetValue(Step))).Order().ToList();
        if (levels.Distinct().Count() < levels.Count) throw CommandException.Usage($"{name} {word}: a fraction stands there twice.");
        // Exact decimals first: 0.5 + 3 · 0.05 in binary is not the 0.65 that gspml prune reads.
        return [.. levels.Select(level => (double)level)];
    }

    private List<decimal> Range(string word, string from, string to, string? step)
    {
        var (first, last) = (Number(word, from), Number(word, to));
        if (last < first) throw CommandException.Usage($"{name} {word}: it ends before it begins.");
        var distance = step is null ? DefaultStep : Decimal(step) ?? throw CommandException.Usage($"--step: '{step}' is no number.");
        if (distance <= 0) throw CommandException.Usage($"--step {step}: it is more than 0.");
        if (distance <= (last - first) / MostLevels)
            throw CommandException.Usage($"{name} {word}, a step of {Text(distance)}: more than {MostLevels} models.");
        var levels = new List<decimal>();
        for (var level = first; level <= last; level += distance) levels.Add(level);
        // An end that no step meets is meant all the same.
        return levels[^1] == last ? levels : [.. levels, last];
    }

    private List<decimal> List(string word, string? step) => step is not null
        ? throw CommandException.Usage($"--step {step} is for {name} A..B, from A to B.")
        : [.. word.Split(',').Select(level => Number(word, level))];

    private decimal Number(string word, string number)
    {
        var level = Decimal(number.Trim())
            ?? throw CommandException.Usage($"{name} {word}: '{number}' is no number; wanted is A..B, such as 0.5..0.95, or 0.5,0.7,0.9.");
        return level is >= 0 and <= 1 ? level
            : throw CommandException.Usage($"{name} {word}: {Text(level)} does not lie between 0 and 1 (the decimal point is a point).");
    }

    private static decimal? Decimal(string number)
        => decimal.TryParse(number, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture,
            out var value) ? value : null;

    private static string Text(decimal number) => number.ToString(CultureInfo.InvariantCulture);
}
