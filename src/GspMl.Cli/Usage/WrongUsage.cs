using System.CommandLine;
using System.CommandLine.Parsing;
using GspMl.Cli.Text;

namespace GspMl.Cli.Usage;

/// <summary>Says what is wrong with a command line, in a few lines that name the word, and where help is; not all of the help.</summary>
internal static class WrongUsage
{
    /// <summary>Writes each error once, and the command whose help tells more; all of the help to whoever said nothing.</summary>
    public static void Explain(ParseResult parsed, TextWriter error)
    {
        if (parsed.Tokens.Count == 0)
        {
            parsed.RootCommandResult.Command.Parse("--help").Invoke(new() { Output = error, Error = error });
            return;
        }
        var path = Path(parsed.CommandResult);
        foreach (var line in Lines(parsed).Distinct()) error.WriteLine(Printable.Short($"{path}: {line}", Printable.MostInLine));
        error.WriteLine($"{path} --help lists what there is, with an example.");
    }

    private static IEnumerable<string> Lines(ParseResult parsed)
    {
        var unknown = Unknown(parsed).ToList();
        var told = parsed.Errors.Where(error => !IsOfUnmatched(error, parsed)).Select(Text);
        // Where the command itself is misspelt, that one is wanted goes without saying.
        return unknown.Count > 0 && parsed.CommandResult.Command is RootCommand ? unknown : unknown.Concat(told);
    }

    private static bool IsOfUnmatched(ParseError error, ParseResult parsed) => error.SymbolResult is CommandResult
        && parsed.UnmatchedTokens.Any(token => error.Message.Contains($"'{token}'", StringComparison.Ordinal));

    /// <summary>Words that mean nothing here. What follows an unknown option is taken for its value and passed over.</summary>
    private static IEnumerable<string> Unknown(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var isValue = false;
        foreach (var token in parsed.UnmatchedTokens)
        {
            if (token.StartsWith('-')) yield return $"there is no option {token}{Spelling.Hint(token, Options(parsed.CommandResult))}";
            else if (command.Subcommands.Count > 0)
            {
                yield return $"there is no command {token}{Spelling.Hint(token, command.Subcommands.Select(sub => sub.Name))}";
                yield break;
            }
            else if (!isValue) yield return $"'{token}' is one word too many; what does it belong to?";
            isValue = token.StartsWith('-');
        }
    }

    /// <summary>What may be given here, by all its names: the command's own options, and those that hold for all commands.</summary>
    private static IEnumerable<string> Options(CommandResult result) => Above(result).SelectMany(at => at.Command.Options)
        .Where(option => !option.Hidden).SelectMany(option => option.Aliases.Prepend(option.Name))
        .Where(name => name.StartsWith("--", StringComparison.Ordinal));

    private static IEnumerable<CommandResult> Above(CommandResult? result)
    {
        for (; result is not null; result = result.Parent as CommandResult) yield return result;
    }

    private static string Path(CommandResult result)
        => string.Join(' ', Above(result).Reverse().Select(at => at.Command is RootCommand ? "gspml" : at.Command.Name));

    private static string Text(ParseError error) => Option(error.SymbolResult) is { } option && Conversion(error) is { } word
        ? $"{option.Option.Name}: '{word}' is no {Kind(option.Option.ValueType)}." : error.Message;

    private static OptionResult? Option(SymbolResult? result) => result as OptionResult ?? result?.Parent as OptionResult;

    /// <summary>The word that could not be read, where that is the error; the parser's own text speaks of .NET's types.</summary>
    private static string? Conversion(ParseError error)
        => error.Message.Contains("System.", StringComparison.Ordinal) && Option(error.SymbolResult) is { Tokens: [.., var word] }
            ? word.Value : null;

    private static string Kind(Type type) => Type.GetTypeCode(Nullable.GetUnderlyingType(type) ?? type) switch
    {
        TypeCode.Int32 or TypeCode.Int64 => "whole number",
        TypeCode.Double or TypeCode.Single => "number",
        TypeCode.Boolean => "true or false",
        _ => "such value",
    };
}
