namespace GspMl.Cli.Shell;

/// <summary>Writes progress at once and in order, on the thread that reports it.</summary>
internal sealed class MessageProgress(TextWriter messages) : IProgress<string>
{
    public void Report(string value) => messages.WriteLine(value);
}
