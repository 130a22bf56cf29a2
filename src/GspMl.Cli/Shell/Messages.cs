using System.Diagnostics;
using System.Text;

namespace GspMl.Cli.Shell;

/// <summary>Progress and messages of a command on their way to standard error, and when the last of them went there.</summary>
/// <param name="target">Where they go.</param>
/// <param name="isQuiet">Whether they go nowhere (<c>--quiet</c>).</param>
/// <param name="isVerbose">Whether reasons go there too (<c>--verbose</c>).</param>
internal sealed class Messages(TextWriter target, bool isQuiet, bool isVerbose = false) : TextWriter
{
    private long last = Stopwatch.GetTimestamp();

    /// <summary>Whether somebody may be watching: it is the process's standard error.</summary>
    public bool IsShown { get; } = !isQuiet && ReferenceEquals(target, Console.Error);

    /// <summary>Whether a line can be drawn again in place.</summary>
    public bool IsDrawn { get; } = !isQuiet && ReferenceEquals(target, Console.Error) && !Console.IsErrorRedirected;

    /// <summary>Whether reasons are told.</summary>
    public bool IsVerbose => isVerbose;

    /// <summary>The time since anything was said.</summary>
    public TimeSpan Silence => Stopwatch.GetElapsedTime(Interlocked.Read(ref last));

    public override Encoding Encoding => target.Encoding;

    public override void Write(char value)
    {
        if (isQuiet) return;
        target.Write(value);
        Interlocked.Exchange(ref last, Stopwatch.GetTimestamp());
    }

    public override void Write(string? value)
    {
        if (isQuiet) return;
        target.Write(value);
        Interlocked.Exchange(ref last, Stopwatch.GetTimestamp());
    }

    public override void WriteLine(string? value)
    {
        if (isQuiet) return;
        target.WriteLine(value);
        Interlocked.Exchange(ref last, Stopwatch.GetTimestamp());
    }
}
