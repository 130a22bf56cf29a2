namespace GspMl.Cli.Shell;

/// <summary>Ends a command with a message for the person at the terminal and an exit code.</summary>
internal sealed class CommandException(int exitCode, string message) : Exception(message)
{
    public int ExitCode { get; } = exitCode;

    public static CommandException Usage(string message) => new(Shell.ExitCode.WrongUsage, message);

    public static CommandException Input(string message) => new(Shell.ExitCode.BadInput, message);

    /// <summary>
    /// What <paramref name="e"/> says, without the parameter's name in the code, which the person at the terminal does not know, and
    /// without the line that repeats its value.
    /// </summary>
    public static string Text(ArgumentException e)
    {
        var name = e.Message.LastIndexOf($" (Parameter '{e.ParamName}')", StringComparison.Ordinal);
        return name < 0 ? e.Message : e.Message[..name];
    }
}
