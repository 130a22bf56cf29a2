using System.Text.Json;
using System.Text.Json.Serialization;
using Spectre.Console;

namespace GspMl.Cli.Shell;

/// <summary>What a command found: the properties of the record are the JSON form, <see cref="WriteText"/> the one for people.</summary>
internal abstract record CommandResult
{
    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>Zero unless a quality gate failed.</summary>
    [JsonIgnore]
    public virtual int ExitCode => Shell.ExitCode.Done;

    public abstract void WriteText(IAnsiConsole console);

    /// <summary>The record as one JSON object, in camel case; numbers that are none are written as strings.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, GetType(), Json);
}
