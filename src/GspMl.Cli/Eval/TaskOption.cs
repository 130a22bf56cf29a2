using System.CommandLine;
using GspMl.Cli.Shell;
using GspMl.Onnx;

namespace GspMl.Cli.Eval;

/// <summary><c>--task</c>: what the outputs are for, all or one by name.</summary>
internal static class TaskOption
{
    private static readonly string[] Words = [.. Enum.GetNames<OutputTask>().Select(name => name.ToLowerInvariant())];

    public static readonly Option<string[]> Task = new("--task")
    {
        Description = $"What the outputs are for, and so how they are compared: {string.Join(", ", Words)}. OUTPUT=TASK, repeated, for one "
            + "of several. Without it each output is looked at.",
        HelpName = "TASK",
    };
    public static readonly Option<int?> Blank = new("--blank")
    {
        Description = "The number of the symbol that stands for nothing in sequences (CTC); without it 0, or what the values show.",
        HelpName = "N",
    };

    public static IReadOnlyList<NamedTask> Read(ParseResult parsed)
    {
        if (parsed.GetValue(Blank) is < 0) throw CommandException.Usage("--blank: symbols are numbered from 0.");
        var tasks = (parsed.GetValue(Task) ?? []).Select(Read).ToList();
        if (tasks.GroupBy(task => task.Output).FirstOrDefault(named => named.Count() > 1) is { Key: var twice })
            throw CommandException.Usage($"--task: {(twice is null ? "all outputs" : $"'{twice}'")} twice.");
        return tasks;
    }

    private static NamedTask Read(string text)
    {
        // Names of outputs may hold anything; tasks are plain words.
        var at = text.LastIndexOf('=');
        var word = text[(at + 1)..];
        return Words.Contains(word) ? new(at > 0 ? text[..at] : null, Enum.Parse<OutputTask>(word, ignoreCase: true))
            : throw CommandException.Usage($"--task: '{word}' is none of {string.Join(", ", Words)}.");
    }
}
