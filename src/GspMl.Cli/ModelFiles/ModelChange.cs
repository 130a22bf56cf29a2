using System.CommandLine;
using GspMl.Cli.Shell;
using GspMl.Onnx;
using GspMl.Onnx.Files;
using GspMl.Onnx.Writing;

namespace GspMl.Cli.ModelFiles;

/// <summary>
/// What commands share that make a smaller or sparser model of a model: the file read, the files written, and how their sizes are told.
/// </summary>
internal sealed class ModelChange
{
    private readonly Argument<string> source =
        new("MODEL.onnx") { Description = "The trained model. It is only read, unless -o names it too." };
    private readonly Option<string?> target = new("--output", "-o") { Description = "Where the new model goes.", HelpName = "OUT.onnx" };
    private readonly Option<string?> report = new("--report") { Description = "Write an HTML report too.", HelpName = "OUT.html" };
    private readonly GzipOption gzip = new();
    private readonly Option<bool> dryRun = new("--dry-run") { Description = "Report what would be done and write nothing." };

    /// <summary>Adds the arguments that come first, and the options that come last.</summary>
    public void AddTo(Command command)
    {
        command.Arguments.Add(source);
        command.Options.Insert(0, target);
        foreach (var option in new Option[] { report, gzip, dryRun }) command.Options.Add(option);
    }

    /// <summary>The options that say what is written, and what is told of it.</summary>
    public IReadOnlyList<Option> Outputs => [target, report, gzip];

    /// <summary>Refuses outputs that cannot be written, before the work.</summary>
    public void Check(ParseResult parsed)
    {
        var output = parsed.GetValue(target);
        if (output is null && !parsed.GetValue(dryRun)) throw CommandException.Usage("give -o OUT.onnx, or --dry-run.");
        if (output is not null) OutputPath.Check(output);
        if (parsed.GetValue(report) is { } page) OutputPath.Check(page, parsed.GetRequiredValue(source), output);
    }

    /// <summary>Reads the model; refuses a target that it cannot be written to, and a model whose result would not load.</summary>
    public OnnxModel Load(ParseResult parsed)
    {
        var model = OnnxModel.Load(parsed.GetRequiredValue(source));
        if (parsed.GetValue(target) is { } output) ModelWriter.Check(model.Content, output);
        NamedTwice.RefuseData(parsed, model);
        if (!parsed.GetValue(dryRun)) LoadCheck.VerifySource(model.Content);
        return model;
    }

    /// <summary>The size of the model read. To be asked before the new one is written, which may take its place.</summary>
    public ModelFileSize Before(ParseResult parsed, OnnxModel model) => ModelFileSize.Of(model, gzip.Measure(parsed, model));

    /// <summary>Writes the new model; null for a dry run.</summary>
    public ModelFileSize? Write(ParseResult parsed, OnnxModel changed, WeightStorage storage, CancellationToken cancel)
    {
        if (parsed.GetValue(dryRun)) return null;
        var output = parsed.GetRequiredValue(target)!;
        changed.Save(output, new SaveOptions { Storage = storage }, cancel);
        // What went through a pipe is gone.
        if (OutputTarget.Of(output).IsStream) return new(output, ModelWriter.Length(changed.Content, storage), GzipBytes: null);
        using var written = OnnxModel.Load(output);
        return ModelFileSize.Of(written, gzip.Measure(parsed, written));
    }

    /// <summary>Writes the report, where one is asked for, behind the model.</summary>
    /// <exception cref="CommandException">It cannot be written; the message says what of the model became.</exception>
    public void SaveReport(ParseResult parsed, Action<string> save)
    {
        if (parsed.GetValue(report) is not { } page) return;
        try { save(page); }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            var model = parsed.GetValue(dryRun) ? "nothing else was to be" : $"{parsed.GetValue(target)} was";
            throw CommandException.Input($"the report was not written, {model}: {e.Message}");
        }
    }

    /// <summary>Runs something with a progress bar, and takes the bar away.</summary>
    public static T Shown<T>(ProgressBar bar, Func<PruningProgressBar, T> run)
    {
        try
        {
            return run(new PruningProgressBar(bar));
        }
        finally
        {
            bar.Clear();
        }
    }
}
