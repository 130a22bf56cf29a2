using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Encodings.Web;
using System.Text.Json;
using GspMl.Cli.Shell;
using GspMl.Cli.Text;
using GspMl.Onnx.Files;

namespace GspMl.Cli.Recipes;

/// <summary>All that a run was told: enough to run it again and get the same bytes on the same kind of machine.</summary>
/// <param name="Schema">Which form this is; docs/schemas has it.</param>
/// <param name="Command">The command.</param>
/// <param name="Arguments">Its arguments, in order.</param>
/// <param name="Options">The options that were given, by name, with their words.</param>
/// <param name="Inputs">The files that it reads.</param>
/// <param name="Machine">The versions and the machine.</param>
internal sealed record Recipe(string Schema, string Command, IReadOnlyList<string> Arguments,
    IReadOnlyDictionary<string, IReadOnlyList<string>> Options, IReadOnlyList<RecipeFile> Inputs, RecipeMachine Machine)
{
    /// <summary>The form that this version writes and reads.</summary>
    public const string CurrentSchema = "gspml-recipe-1";

    /// <summary>How it is written.</summary>
    internal static JsonSerializerOptions Json { get; } = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        // A file, not a page: names are to be read.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    // They say how a run is shown or bounded, not what it does.
    private static readonly string[] NotOfTheRun = ["--format", "--quiet", "--verbose", "--max-memory", "--recipe", "--save-recipe"];

    // Whose words name files that are read.
    private static readonly string[] OfInputs = ["--calibration", "--inputs", "--constant", "--labels", "--baseline"];

    // Where a run writes does not change what it writes.
    private static readonly string[] OfOutputs = ["--output", "--output-folder", "--report", "--picture", "--dry-run"];

    /// <summary>Whether an option may stand beside a recipe; then it counts, and the recipe's is left out.</summary>
    public static bool MayBeGivenBeside(string option) => NotOfTheRun.Contains(option) || OfOutputs.Contains(option);

    /// <summary>What a command line says; the files are hashed.</summary>
    public static Recipe Of(ParseResult parsed)
    {
        var given = parsed.CommandResult.Children.ToList();
        string[] arguments = [.. given.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens).Select(token => token.Value)];
        var options = given.OfType<OptionResult>()
            .Where(option => !option.Implicit && !NotOfTheRun.Contains(option.Option.Name))
            .ToDictionary(option => option.Option.Name, option => (IReadOnlyList<string>)[.. option.Tokens.Select(token => token.Value)]);
        var recipe = new Recipe(CurrentSchema, parsed.CommandResult.Command.Name, arguments, options, [], RecipeMachine.Here());
        return recipe with { Inputs = [.. recipe.Files.SelectMany(RecipeFile.WithData)] };
    }

    /// <summary>Reads a recipe.</summary>
    /// <exception cref="CommandException">The file is none, or one of another form.</exception>
    public static Recipe Load(string path)
    {
        try
        {
            using var stream = InputFile.Open(path);
            var recipe = JsonSerializer.Deserialize<Recipe>(stream, Json);
            if (recipe is null || recipe.HasGaps) throw CommandException.Input($"{path}: is no recipe: there is a null in it.");
            return recipe is { Schema: CurrentSchema } ? recipe
                : throw CommandException.Input($"{path}: is a '{recipe.Schema}', not a {CurrentSchema}.");
        }
        catch (JsonException e)
        {
            throw CommandException.Input($"{path}: is no recipe: line {e.LineNumber + 1}, {e.Path ?? "$"} is not as "
                + $"docs/schemas/{CurrentSchema}.schema.json says.");
        }
    }

    /// <summary>Refuses options that no run has written down.</summary>
    /// <param name="path">The recipe's file.</param>
    /// <param name="known">The options of the command.</param>
    /// <exception cref="CommandException">There is one.</exception>
    public void CheckOptions(string path, IReadOnlyCollection<string> known)
    {
        if (Options.Keys.FirstOrDefault(name => !known.Contains(name) || NotOfTheRun.Contains(name) || name == "--help") is { } strange)
            throw CommandException.Input($"{path}: gspml {Command} writes no option {strange} into a recipe.");
    }

    // The serializer looks at what is null in records, not in collections.
    private bool HasGaps => Arguments.Contains(null!) || Inputs.Contains(null!)
        || Options.Values.Any(words => words is null || words.Contains(null!));

    private IEnumerable<string> Files => Arguments.Concat(OfInputs.SelectMany(name => Options.GetValueOrDefault(name, [])))
        .Select(File).OfType<string>().Distinct();

    /// <summary>The words of a command line.</summary>
    /// <param name="without">Options that are given elsewhere.</param>
    public IReadOnlyList<string> Words(IReadOnlyCollection<string> without) =>
    [
        .. Options.Where(option => !without.Contains(option.Key)).SelectMany(option
            => option.Value.Count == 0 ? [option.Key] : option.Value.Select(word => $"{option.Key}={word}")),
        // What begins with a dash is a file all the same.
        .. Arguments.Count == 0 ? [] : Arguments.Prepend("--"),
    ];

    /// <summary>Refuses changed files; tells what else is not as it was.</summary>
    /// <exception cref="CommandException">A file is another one.</exception>
    public void Check(string path, TextWriter messages)
    {
        foreach (var file in Inputs) file.Check(path);
        if (Files.FirstOrDefault(file => !Inputs.Any(input => input.Path == file)) is { } unlisted)
            throw CommandException.Input($"{unlisted}: {path} does not list it among its inputs.");
        foreach (var difference in Machine.DifferencesTo(RecipeMachine.Here()))
            messages.WriteLine(Printable.Short($"{path} was made with other versions or elsewhere, bytes may differ: {difference}",
                Printable.MostInLine));
    }

    /// <summary>Writes it; a failure leaves an earlier one as it was.</summary>
    public void Save(string path) => OutputFile.Write(path, stream =>
    {
        JsonSerializer.Serialize(stream, this, Json);
        stream.WriteByte((byte)'\n');
    });

    /// <summary>The file that a word names: FILE, or NAME=FILE.</summary>
    private static string? File(string word) => new[] { word, word[(word.IndexOf('=', StringComparison.Ordinal) + 1)..] }
        .FirstOrDefault(System.IO.File.Exists);
}
