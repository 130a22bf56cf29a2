using System.CommandLine;

namespace GspMl.Cli.Shell;

/// <summary><c>--threads N</c>: how many threads a command's work may take.</summary>
internal sealed class ThreadsOption
{
    private readonly Option<int> option = new("--threads") { Description = "The most threads at work; 0: as many as there are processors.", HelpName = "N" };

    public static implicit operator Option(ThreadsOption threads) => threads.option;

    public int Read(ParseResult parsed)
        => parsed.GetValue(option) is var threads and >= 0
            ? threads : throw CommandException.Usage($"--threads {parsed.GetValue(option)}: not at least 0.");
}
