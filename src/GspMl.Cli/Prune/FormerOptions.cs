using System.CommandLine;
using GspMl.Cli.Shell;

namespace GspMl.Cli.Prune;

/// <summary>Options that <c>gspml prune</c> no longer has: whoever gives one is told the command that took it over.</summary>
internal static class FormerOptions
{
    private static readonly Option<bool> Structured = new("--structured") { Hidden = true };

    private static readonly Option<string[]>[] Fractions = [.. new[] { "--macs", "--params",
        "--round-to" }.Select(name => new Option<string[]>(name) { Hidden = true })];

    public static void AddTo(Command command)
    {
        command.Options.Add(Structured);
        foreach (var option in Fractions) command.Options.Add(option);
    }

    public static void Refuse(ParseResult parsed)
    {
        foreach (var option in (Option[])[Structured, .. Fractions])
            if (parsed.GetResult(option) is { Implicit: false })
                throw CommandException.Usage($"{option.Name}: whole channels are taken out by a command of its own, gspml shrink MODEL.onnx -o OUT.onnx (--sparsity S | --macs F | --params F).");
    }
}
