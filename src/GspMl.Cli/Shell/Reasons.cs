using GspMl.Cli.Text;

namespace GspMl.Cli.Shell;

/// <summary>Why a command did what it did: told on standard error with <c>--verbose</c>.</summary>
internal static class Reasons
{
    /// <summary>Tells them, where somebody wants to know.</summary>
    /// <param name="messages">Where messages go.</param>
    /// <param name="reasons">A sentence each; not looked at where nobody does.</param>
    public static void Tell(TextWriter messages, IEnumerable<string> reasons)
    {
        if (messages is not Messages { IsVerbose: true }) return;
        foreach (var reason in reasons) messages.WriteLine(Printable.Short(reason, Printable.MostInLine));
    }
}
