using System.CommandLine;
using System.CommandLine.Parsing;
using GspMl.Cli.Shell;
using CommandResult = GspMl.Cli.Shell.CommandResult;

namespace GspMl.Cli.Recipes;

/// <summary><c>--save-recipe</c> and <c>--recipe</c>: a run is written down, and run again.</summary>
internal static class RecipeOptions
{
    private static readonly Option<string?> Save = new("--save-recipe")
    {
        Description = "Write down what this run is told, with versions and the hashes of its inputs.",
        HelpName = "OUT.json",
    };

    private static readonly Option<string?> Use = new("--recipe")
    {
        Description = "Run what was written down. Inputs must be the same files; outputs may be named anew, nothing else changed.",
        HelpName = "RECIPE.json",
    };

    /// <summary>Gives a command the options, and has a run obey them.</summary>
    /// <param name="command">The command.</param>
    /// <param name="shell">Where messages go.</param>
    /// <param name="run">What the command does.</param>
    public static Func<ParseResult, CancellationToken, CommandResult> AddTo(Command command, CommandShell shell,
        Func<ParseResult, CancellationToken, CommandResult> run)
    {
        command.Options.Add(Save);
        command.Options.Add(Use);
        return (parsed, cancel) =>
        {
            if (parsed.GetValue(Use) is { } used) Recipe.Load(used).Check(used, shell.Messages);
            if (parsed.GetValue(Save) is not { } target) return run(parsed, cancel);
            OutputPath.Check(target, [parsed.GetValue(Use), .. Files(parsed)]);
            // Hashed before the run: an output may take the place of an input.
            var recipe = Recipe.Of(parsed);
            var result = run(parsed, cancel);
            recipe.Save(target);
            return result;
        };
    }

    /// <summary>
    /// The command line with the words of its recipe in place of <c>--recipe</c>; the same where there is none. Beside a recipe stand only
    /// options that do not change what is computed.
    /// </summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="parse">Parses one.</param>
    /// <exception cref="CommandException">The file is no recipe, or of another command, or something stands beside it that changes
    /// it.</exception>
    public static IReadOnlyList<string> Expanded(IReadOnlyList<string> arguments, Func<IReadOnlyList<string>, ParseResult> parse)
    {
        if (!arguments.Any(word => word == Use.Name || word.StartsWith($"{Use.Name}=", StringComparison.Ordinal))) return arguments;
        var parsed = parse(arguments);
        // What is wrong with the command line itself, the parser says.
        if (parsed.CommandResult.Command is RootCommand || parsed.GetResult(Use) is not { Tokens: [{ Value: var path }] }) return arguments;
        if (path.Length == 0) throw CommandException.Usage("--recipe: the name of the file is empty.");
        var recipe = Recipe.Load(path);
        var own = parsed.CommandResult;
        if (recipe.Command != own.Command.Name)
            throw CommandException.Usage($"{path} is a recipe of gspml {recipe.Command}, not of gspml {own.Command.Name}.");
        recipe.CheckOptions(path, [.. own.Command.Options.Select(option => option.Name)]);
        if (own.Children.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens).FirstOrDefault() is { } word)
            throw CommandException.Usage($"'{word.Value}': {path} names the model itself.");
        var given = own.Children.OfType<OptionResult>().Where(option => !option.Implicit).Select(option => option.Option.Name).ToList();
        if (given.FirstOrDefault(name => !Recipe.MayBeGivenBeside(name)) is { } changed)
            throw CommandException.Usage($"{changed} beside --recipe: a recipe is run as it stands; only where it writes (-o, --report and "
                + "the like, --dry-run) and how it is shown (--format, --quiet, --verbose, --max-memory) may be said anew.");
        return [.. arguments, .. recipe.Words(given)];
    }

    /// <summary>Where the recipe of a run is written; null where it is not.</summary>
    public static string? Target(ParseResult parsed) => parsed.GetValue(Save);

    private static IEnumerable<string?> Files(ParseResult parsed) => parsed.CommandResult.Children.OfType<OptionResult>()
        .Where(option => !option.Implicit && option.Option != Save).SelectMany(option => option.Tokens)
        .Concat(parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens))
        .Select(token => token.Value);
}
