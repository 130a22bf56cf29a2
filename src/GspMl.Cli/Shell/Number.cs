using System.CommandLine.Parsing;
using System.Globalization;

namespace GspMl.Cli.Shell;

/// <summary>
/// Numbers on the command line: with a decimal point, whatever the culture. A comma is refused; read as a separator of thousands it would
/// make 5 of 0,5, in silence.
/// </summary>
internal static class Number
{
    /// <summary>What an option's only word says; an error of the command line where that is no number.</summary>
    public static double Read(ArgumentResult result)
    {
        var word = result.Tokens[^1].Value;
        if (TryParse(word, out var value)) return value;
        result.AddError($"{(result.Parent as OptionResult)?.Option.Name}: '{word}' is no number (the decimal point is a point).");
        return default;
    }

    /// <inheritdoc cref="Read"/>
    public static double? ReadMaybe(ArgumentResult result) => Read(result);

    /// <summary>Takes a finite number without separators of thousands.</summary>
    public static bool TryParse(ReadOnlySpan<char> word, out double value) =>
        double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
}
