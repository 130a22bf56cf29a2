using System.Diagnostics;
using GspMl.Cli;
using GspMl.Cli.Shell;

namespace GspMl.Fuzz.Targets;

/// <summary>Runs a command and looks at its end.</summary>
internal static class CommandLine
{
    /// <param name="arguments">The command line.</param>
    /// <param name="mayBeWrongUsage">Whether words from the case are on the command line.</param>
    /// <exception cref="BrokenPromiseException">It ended with a code that no input may lead to, or with text that a terminal would
    /// obey.</exception>
    public static Ending Run(string[] arguments, bool mayBeWrongUsage = false)
    {
        var (code, result, said) = Program is { } program ? Started(program, arguments) : Here(arguments);
        if (code is not (ExitCode.Done or ExitCode.BadInput or ExitCode.NothingToDo) && !(mayBeWrongUsage && code == ExitCode.WrongUsage))
            throw new BrokenPromiseException($"{arguments[0]} ended with {code}: {said}");
        if (code != ExitCode.Done && said.Length == 0) throw new BrokenPromiseException($"{arguments[0]} ended with {code} and no message");
        RefuseControls(arguments[0], result);
        RefuseControls(arguments[0], said);
        if (said.Contains("ONNX Runtime does not load the result", StringComparison.Ordinal))
            throw new BrokenPromiseException($"{arguments[0]} made what ONNX Runtime refuses: {said}");
        return code == ExitCode.Done ? Ending.Done : Ending.Refused;
    }

    /// <summary>The tool as a program, where cases that take this process down are to be run by it; null runs all in this
    /// process.</summary>
    public static string? Program { get; set; }

    private static (int Code, string Output, string Messages) Here(string[] arguments)
    {
        using var output = new StringWriter();
        using var messages = new StringWriter();
        var code = Gspml.RunAsync(arguments, output, messages).GetAwaiter().GetResult();
        return (code, output.ToString(), messages.ToString());
    }

    private static (int Code, string Output, string Messages) Started(string program, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var messages = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output.GetAwaiter().GetResult(), messages);
    }

    private static void RefuseControls(string command, string text)
    {
        var at = text.AsSpan().IndexOfAnyExcept(Harmless);
        if (at >= 0) throw new BrokenPromiseException($"{command} wrote U+{(int)text[at]:X4} to the terminal");
    }

    private static readonly System.Buffers.SearchValues<char> Harmless = System.Buffers.SearchValues.Create(
        [.. Enumerable.Range(0, 0x10000).Select(c => (char)c).Where(c => c is '\n' or '\r' or '\t' || !(char.IsControl(c)
            || IsDirection(c)))]);

    private static bool IsDirection(char c) => c is '\u061c' or '\u200e' or '\u200f' or (>= '\u202a' and <= '\u202e')
        or (>= '\u2066' and <= '\u2069');
}
