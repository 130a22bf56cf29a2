using System.Text.Json;
using System.Text.Json.Serialization;
using Spectre.Console;

namespace GspMl.Cli.Shell;

/// <summary>What a command found: the properties of the record are the JSON form, <see cref="WriteText"/> the one for people.</summary>
internal abstract record CommandResult
{
    /// <summary>How results are written.</summary>
    internal static JsonSerializerOptions Json { get; } = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>Which form of JSON this is; docs/schemas has each.</summary>
    [JsonPropertyOrder(-1)]
    public string Schema => SchemaName;

    /// <summary>The schema's name, gspml-COMMAND-N. N rises where a property goes or means something else; new ones leave it as it
    /// is.</summary>
    protected abstract string SchemaName { get; }

    /// <summary>Zero unless a quality gate failed.</summary>
    [JsonIgnore]
    public virtual int ExitCode => Shell.ExitCode.Done;

    public abstract void WriteText(IAnsiConsole console);

    /// <summary>The record as one JSON object, in camel case; numbers that are none are written as strings.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, GetType(), Json);
}
