using System.Text;

namespace GspMl.Cli.Shell;

/// <summary>
/// Writes what can be written and drops the rest: a log on a full disk, a closed pipe, or no standard error at all ends no command.
/// </summary>
/// <param name="target">Where it goes; closed with this one.</param>
internal sealed class LenientWriter(TextWriter target) : TextWriter
{
    public override Encoding Encoding => target.Encoding;

    public override void Write(char value) => Try(() => target.Write(value));

    public override void Write(char[] buffer, int index, int count) => Try(() => target.Write(buffer, index, count));

    public override void Write(string? value) => Try(() => target.Write(value));

    public override void WriteLine(string? value) => Try(() => target.WriteLine(value));

    public override void Flush() => Try(target.Flush);

    private static void Try(Action write)
    {
        try { write(); }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            // Whom could it be told?
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) Try(target.Dispose);
        base.Dispose(disposing);
    }
}
