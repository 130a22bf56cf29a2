using System.CommandLine;
using GspMl.Cli.Shell;
using GspMl.Onnx;

namespace GspMl.Cli.Prune;

/// <summary><c>--write</c> and <c>--rows</c>: whether layers with column sets are written so that they run faster.</summary>
internal sealed class WritingOptions
{
    private readonly Option<string?> write = Choice.Maybe("--write",
        "Layers as they were, or column sets so that ONNX Runtime runs them faster (the default of --pattern columns).",
        "dense", "fast");

    private readonly Option<int> rows = new("--rows")
    {
        Description = "Rows of a typical run: what is fastest for so many is written.",
        DefaultValueFactory = _ => 1,
    };

    public void AddTo(Command command)
    {
        command.Options.Add(write);
        command.Options.Add(rows);
    }

    /// <summary>How to rewrite a model that was pruned so; null where it is to stay as it is.</summary>
    /// <exception cref="CommandException">There are no such rows.</exception>
    public RewriteOptions? Read(ParseResult parsed, PruningOptions options)
    {
        var count = parsed.GetValue(rows);
        if (count < 1) throw CommandException.Usage($"--rows {count}: a run has at least one row.");
        var isFast = parsed.GetValue(write) is { } word ? word == "fast" : options.Pattern.IsColumns;
        if (!isFast && parsed.GetResult(rows) is { Implicit: false })
            throw CommandException.Usage("--rows is for --write fast, which --pattern columns has by default.");
        return isFast ? new() { Rows = count, MaxThreads = options.MaxThreads, Inputs = options.Calibration } : null;
    }
}
