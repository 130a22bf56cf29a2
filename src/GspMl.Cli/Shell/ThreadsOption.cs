using System.CommandLine;
using System.CommandLine.Parsing;

namespace GspMl.Cli.Shell;

/// <summary><c>--threads N</c>: how many threads a command's work may take.</summary>
internal sealed class ThreadsOption
{
    private readonly Option<int> option = new("--threads")
    {
        Description = "The most threads at work; 0: as many as there are processors.",
        HelpName = "N",
    };

    public ThreadsOption() => option.Validators.Add(Check);

    public static implicit operator Option(ThreadsOption threads) => threads.option;

    public int Read(ParseResult parsed) => parsed.GetValue(option);

    private static void Check(OptionResult result)
    {
        if (result.Tokens is [.., { Value: var word }] && int.TryParse(word, out var threads) && threads < 0)
            result.AddError($"--threads {word}: not at least 0.");
    }
}
