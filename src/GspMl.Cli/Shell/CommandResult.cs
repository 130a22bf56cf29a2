using System.Text.Json.Serialization;
using Spectre.Console;

namespace GspMl.Cli.Shell;

/// <summary>What a command found: the properties of the record are the JSON form, <see cref="WriteText"/> the one for people.</summary>
internal abstract record CommandResult
{
    /// <summary>Zero unless a quality gate failed.</summary>
    [JsonIgnore]
    public virtual int ExitCode => Shell.ExitCode.Done;

    public abstract void WriteText(IAnsiConsole console);
}
