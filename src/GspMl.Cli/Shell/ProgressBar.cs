using System.Diagnostics;
using GspMl.Cli.Text;

namespace GspMl.Cli.Shell;

/// <summary>A bar that is drawn again in place on a terminal; a log gets a line now and then.</summary>
internal sealed class ProgressBar(TextWriter messages)
{
    private const int Width = 30;
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(8);
    private readonly Messages? shown = messages as Messages;
    private readonly bool isShown = messages is Messages { IsShown: true };
    private readonly bool isDrawn = messages is Messages { IsDrawn: true };
    private long last = Stopwatch.GetTimestamp();
    private int length;

    /// <summary>Draws the bar, unless it was drawn just now.</summary>
    public void Show(long done, long count, string text)
    {
        text = Printable.Of(text);
        shown?.Step = text;
        if (!isShown || Stopwatch.GetElapsedTime(last) < (isDrawn ? Between : BetweenLines)) return;
        last = Stopwatch.GetTimestamp();
        if (isDrawn) Draw(done, count, text);
        else messages.WriteLine($"{100 * Math.Clamp(done, 0, count) / Math.Max(count, 1)} %: {text}");
    }

    private void Draw(long done, long count, string text)
    {
        var full = (int)(Width * Math.Clamp(done, 0, count) / Math.Max(count, 1));
        var line = $"[{new string('#', full)}{new string('.', Width - full)}] {text}";
        messages.Write($"\r{line.PadRight(length)}");
        SetLength(line.Length);
    }

    /// <summary>Writes a line that stays, to a log too.</summary>
    public void Tell(string line)
    {
        Clear();
        messages.WriteLine(Printable.Short(line, Printable.MostInLine));
    }

    /// <summary>Takes the bar away: what follows stands where it was.</summary>
    public void Clear()
    {
        if (length > 0) messages.Write($"\r{new string(' ', length)}\r");
        SetLength(0);
        shown?.Step = null;
    }

    private void SetLength(int drawn)
    {
        length = drawn;
        shown?.DrawnLength = drawn;
    }
}
