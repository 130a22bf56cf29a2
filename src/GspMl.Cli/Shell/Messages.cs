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

    /// <summary>What the command is at, as its progress says; null where it does not.</summary>
    public string? Step { get; set; }

    /// <summary>The length of what is drawn in place, and so is to be written over.</summary>
    public int DrawnLength { get; set; }

    /// <summary>When anything was said, signs of life aside: a time stamp.</summary>
    public long LastSaid => Interlocked.Read(ref last);

    public override Encoding Encoding => target.Encoding;

    /// <summary>Says that there is nothing new to say, over what is drawn in place.</summary>
    public void WriteSign(string sign)
    {
        if (!isQuiet) target.WriteLine(IsDrawn ? $"\r{sign.PadRight(DrawnLength)}" : sign);
    }

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
