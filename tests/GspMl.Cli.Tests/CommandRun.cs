using System.Text.Json;

namespace GspMl.Cli.Tests;

/// <summary>One run of the tool inside the test process: its exit code and what it wrote.</summary>
internal sealed record CommandRun(int ExitCode, string Output, string Messages)
{
    public static async Task<CommandRun> Of(params string[] arguments)
    {
        using var output = new StringWriter();
        using var messages = new StringWriter();
        var code = await Gspml.RunAsync(arguments, output, messages);
        return new(code, output.ToString(), messages.ToString());
    }

    /// <summary>The output as the one JSON object that it must be, as its schema in docs/schemas says.</summary>
    public JsonElement Json => Schemas.Schemas.Valid(Output);
}
