using System.CommandLine;
using GspMl.Cli.Usage;

namespace GspMl.Cli.Shell;

/// <summary>Options that choose one of a few words, written with hyphens on the command line.</summary>
internal static class Choice
{
    /// <summary>An option that takes one of <paramref name="words"/>; the first is the default.</summary>
    public static Option<string> Of(string name, string description, params string[] words)
    {
        var option = new Option<string>(name) { Description = description, DefaultValueFactory = _ => words[0] };
        Take(option, words);
        return option;
    }

    /// <summary>An option that takes one of <paramref name="words"/> and may be left out.</summary>
    public static Option<string?> Maybe(string name, string description, params string[] words)
    {
        var option = new Option<string?>(name) { Description = description };
        Take(option, words);
        return option;
    }

    /// <summary>The member of <typeparamref name="T"/> that the word names: filter-in-model is FilterInModel.</summary>
    public static T Read<T>(ParseResult parsed, Option<string> option) where T : struct, Enum =>
        Parse<T>(parsed.GetRequiredValue(option));

    /// <summary>The same for an option that may be left out; then <paramref name="otherwise"/>.</summary>
    public static T Read<T>(ParseResult parsed, Option<string?> option, T otherwise) where T : struct, Enum =>
        parsed.GetValue(option) is { } word ? Parse<T>(word) : otherwise;

    /// <summary>The word for a name in the code: filter-in-model for FilterInModel.</summary>
    public static string Word(string name)
        => string.Concat(name.Select((c, i) => i > 0 && char.IsUpper(c) ? $"-{char.ToLowerInvariant(c)}" : $"{char.ToLowerInvariant(c)}"));

    /// <summary>Refuses other words, by the option's name and with the nearest one; shells complete these.</summary>
    private static void Take(Option option, string[] words)
    {
        option.CompletionSources.Clear();
        option.CompletionSources.Add(words);
        option.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(token => !words.Contains(token.Value, StringComparer.Ordinal)))
                result.AddError($"{option.Name}: '{token.Value}' is none of {string.Join(", ", words)}"
                    + Spelling.Hint(token.Value, words));
        });
    }

    private static T Parse<T>(string word) where T : struct, Enum
        => Enum.Parse<T>(word.Replace("-", "", StringComparison.Ordinal), ignoreCase: true);
}
